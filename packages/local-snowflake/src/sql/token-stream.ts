import type { DataType } from '../catalog/data-type.ts';
import { dataTypeOf, isTypeName, type TimestampMapping } from '../catalog/type-name.ts';
import type { Name } from './ast.ts';
import { compilationError, type SqlError, syntaxError } from './error.ts';
import { type Token, tokenize } from './token.ts';

/** Reads tokens of one statement from left to right. Keywords are given in upper case. */
export class TokenStream {
  /** The statement as it was written. */
  readonly sql: string;
  readonly #tokens: readonly Token[];
  readonly #mapping: TimestampMapping;
  #at = 0;

  constructor(
    sql: string,
    mapping: TimestampMapping = 'TIMESTAMP_NTZ',
    tokens: readonly Token[] = tokenize(sql),
  ) {
    this.sql = sql;
    this.#tokens = tokens;
    this.#mapping = mapping;
  }

  /** The token `ahead` places on. */
  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token;
  }

  /** The token that was read last. */
  get last(): Token {
    return this.#tokens[Math.max(this.#at - 1, 0)] as Token;
  }

  /** A place to come back to with {@link TokenStream.rewind}. */
  get mark(): number {
    return this.#at;
  }

  rewind(mark: number): void {
    this.#at = mark;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  /** True when the next tokens are these keywords or operators. */
  is(...values: string[]): boolean {
    return values.every((value, index) => {
      const token = this.peek(index);
      return (token.kind === 'word' || token.kind === 'operator') && token.value === value;
    });
  }

  /** Reads these keywords or operators when they come next, all or none. */
  accept(...values: string[]): boolean {
    if (!this.is(...values)) return false;
    this.#at += values.length;
    return true;
  }

  /** Reads the one of these keywords that comes next. */
  acceptAny(...values: string[]): string | undefined {
    return values.find((value) => this.accept(value));
  }

  /** Reads these keywords, or fails with a syntax error. */
  expect(...values: string[]): void {
    for (const value of values) if (!this.accept(value)) throw this.unexpected();
  }

  /** Fails unless everything was read; one `;` may follow. */
  expectEnd(): void {
    while (this.accept(';'));
    if (this.peek().kind !== 'end') throw this.unexpected();
  }

  /** The syntax error that the next token is. */
  unexpected(): SqlError {
    const token = this.peek();
    return syntaxError(token, token.kind === 'end' ? '<EOF>' : token.text);
  }

  /** True when the next token can be an identifier. */
  get atIdentifier(): boolean {
    const { kind } = this.peek();
    return kind === 'word' || kind === 'quoted';
  }

  /** Reads an identifier and gives its canonical name. */
  identifier(): string {
    if (this.atNameAsText) {
      const [only, ...others] = this.#nameAsText();
      if (only !== undefined && others.length === 0) return only;
      throw syntaxError(this.last, this.last.text);
    }
    if (!this.atIdentifier) throw this.unexpected();
    return this.next().value;
  }

  /** True when `IDENTIFIER('…')` comes next. */
  get atNameAsText(): boolean {
    return this.is('IDENTIFIER', '(') && this.peek(2).kind === 'string';
  }

  #nameAsText(): Name {
    this.expect('IDENTIFIER', '(');
    const inner = new TokenStream(this.next().value).name();
    this.expect(')');
    return inner;
  }

  /** Reads a dotted name; `db..t` names the schema PUBLIC, IDENTIFIER('…') gives the name as a text. */
  name(): Name {
    if (this.atNameAsText) return this.#nameAsText();
    const parts = [this.identifier()];
    while (this.accept('.')) parts.push(this.is('.') ? 'PUBLIC' : this.identifier());
    if (parts.length > 3) throw this.unexpected();
    return parts;
  }

  /** Reads a string literal. */
  string(): string {
    if (this.peek().kind !== 'string') throw this.unexpected();
    return this.next().value;
  }

  /** Reads a whole number, with a sign perhaps. */
  integer(): number {
    const sign = this.accept('-') ? -1 : 1;
    const token = this.peek();
    if (token.kind !== 'number' || !/^\d+$/.test(token.value)) throw this.unexpected();
    return sign * Number(this.next().value);
  }

  /** Reads `( item, item … )`. */
  parenthesized<T>(item: () => T): T[] {
    this.expect('(');
    const items: T[] = [];
    if (this.accept(')')) return items;
    do items.push(item());
    while (this.accept(','));
    this.expect(')');
    return items;
  }

  /** True when a type's name comes next. */
  get atType(): boolean {
    const token = this.peek();
    return token.kind === 'word' && isTypeName(token.value);
  }

  /** Reads a data type with its attributes. */
  dataType(): DataType {
    const start = this.peek();
    if (start.kind !== 'word') throw this.unexpected();
    const name = this.#typeName();
    if (!isTypeName(name)) throw compilationError('002040', '42601', `Unsupported data type '${name}'.`);
    const attributes = this.is('(') ? this.parenthesized(() => this.integer()) : [];
    const suffix = ['WITHOUT TIME ZONE', 'WITH LOCAL TIME ZONE', 'WITH TIME ZONE'].find(
      (words) => name === 'TIMESTAMP' && this.accept(...words.split(' ')),
    );
    const type = dataTypeOf(suffix ? `${name} ${suffix}` : name, attributes, this.#mapping);
    if (!type) throw syntaxError(start, `${name}(${attributes.join(',')})`);
    return type;
  }

  #typeName(): string {
    const first = this.next().value;
    for (const [head, tail] of [
      ['DOUBLE', 'PRECISION'],
      ['CHAR', 'VARYING'],
      ['CHARACTER', 'VARYING'],
      ['NCHAR', 'VARYING'],
    ]) {
      if (first === head && tail && this.accept(tail)) return `${first} ${tail}`;
    }
    return first;
  }

  /** Reads tokens up to the closing parenthesis that matches the one just read, and gives their text. */
  textUntilClosing(): string {
    const start = this.peek().start;
    for (let depth = 0; ; this.next()) {
      if (this.peek().kind === 'end') throw this.unexpected();
      if (this.is('(')) depth++;
      if (this.is(')') && depth-- === 0) break;
    }
    return this.sql.slice(start, this.peek().start).trim();
  }
}
