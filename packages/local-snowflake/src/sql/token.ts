import { type Position, syntaxError } from './error.ts';

/**
 * A piece of SQL. `text` is the source; `value` is what it means: a word in upper case, the content of a
 * quoted identifier or string, the digits of a number, an operator.
 */
export interface Token extends Position {
  readonly kind: 'word' | 'quoted' | 'string' | 'binary' | 'number' | 'operator' | 'bind' | 'end';
  readonly text: string;
  readonly value: string;
  /** Offsets into the statement. */
  readonly start: number;
  readonly end: number;
}

const OPERATORS = ['<=>', '::', '||', '<>', '!=', '<=', '>=', '=>', '->', '**'];
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '0': '\0' };

const WORD_START = /[\p{L}_]/u;
const WORD_PART = /[\p{L}\p{N}_$]/u;

/** Cuts SQL into tokens, the last of kind `end`; comments and blanks are dropped. */
export function tokenize(sql: string): Token[] {
  return new Tokenizer(sql).tokens();
}

class Tokenizer {
  readonly #sql: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  readonly #tokens: Token[] = [];

  constructor(sql: string) {
    this.#sql = sql;
  }

  tokens(): Token[] {
    for (;;) {
      this.#skipBlanks();
      if (this.#at >= this.#sql.length) break;
      this.#tokens.push(this.#next());
    }
    this.#tokens.push(this.#token('end', this.#at, '<EOF>'));
    return this.#tokens;
  }

  #next(): Token {
    const start = this.#at;
    const rest = this.#sql.slice(start, start + 3);
    const first = rest[0] as string;
    if (first === "'") return this.#quotedText(start, 'string');
    if ((first === 'x' || first === 'X') && rest[1] === "'") {
      this.#at++;
      return this.#quotedText(start, 'binary');
    }
    if (first === '"') return this.#quotedName(start);
    if (rest.startsWith('$$')) return this.#dollarText(start);
    if (/[0-9]/.test(first) || (first === '.' && /[0-9]/.test(rest[1] ?? ''))) return this.#number(start);
    if (WORD_START.test(this.#character(start)) || first === '\\') return this.#word(start);
    if (first === '?' || (first === ':' && /[0-9]/.test(rest[1] ?? ''))) return this.#bind(start);
    if (first === '$') return this.#dollar(start);
    const operator = OPERATORS.find((each) => rest.startsWith(each)) ?? first;
    this.#at += operator.length;
    return this.#token('operator', start, operator);
  }

  #token(kind: Token['kind'], start: number, value: string, from: Position = this.#position(start)): Token {
    const text = this.#sql.slice(start, this.#at);
    return { kind, text, value, start, end: this.#at, line: from.line, column: from.column };
  }

  #position(at: number): Position {
    return { line: this.#line, column: at - this.#lineStart };
  }

  #character(at: number): string {
    return String.fromCodePoint(this.#sql.codePointAt(at) ?? 0);
  }

  #skipBlanks(): void {
    for (;;) {
      const rest = this.#sql.slice(this.#at, this.#at + 2);
      if (rest === '') return;
      if (/^\s/.test(rest)) this.#advance(1);
      else if (rest === '--' || rest === '//') this.#advanceTo(this.#sql.indexOf('\n', this.#at), 0);
      else if (rest === '/*') this.#advanceTo(this.#sql.indexOf('*/', this.#at + 2), 2);
      else return;
    }
  }

  #advance(length: number): void {
    for (const end = this.#at + length; this.#at < end; this.#at++) {
      if (this.#sql[this.#at] === '\n') {
        this.#line++;
        this.#lineStart = this.#at + 1;
      }
    }
  }

  #advanceTo(found: number, beyond: number): void {
    this.#advance((found < 0 ? this.#sql.length : found + beyond) - this.#at);
  }

  #unterminated(start: number, from: Position): never {
    throw syntaxError(from, this.#sql.slice(start, start + 20));
  }

  #quotedText(start: number, kind: 'string' | 'binary'): Token {
    const from = this.#position(start);
    let value = '';
    this.#advance(1);
    for (;;) {
      const character = this.#sql[this.#at];
      if (character === undefined) this.#unterminated(start, from);
      if (character === "'") {
        if (this.#sql[this.#at + 1] !== "'") break;
        value += "'";
        this.#advance(2);
      } else if (character === '\\' && kind === 'string') value += this.#escape();
      else {
        value += character;
        this.#advance(1);
      }
    }
    this.#advance(1);
    return this.#token(kind, start, value, from);
  }

  #escape(): string {
    const rest = this.#sql.slice(this.#at + 1, this.#at + 6);
    const code = /^(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-7]{3}))/.exec(rest);
    if (code) {
      this.#advance(1 + code[0].length);
      const [, unicode, hex, octal] = code;
      return String.fromCharCode(Number.parseInt(unicode ?? hex ?? octal ?? '0', octal ? 8 : 16));
    }
    const character = rest[0] ?? '';
    this.#advance(1 + character.length);
    return ESCAPES[character] ?? character;
  }

  #quotedName(start: number): Token {
    const from = this.#position(start);
    let value = '';
    this.#advance(1);
    for (;;) {
      const end = this.#sql.indexOf('"', this.#at);
      if (end < 0) this.#unterminated(start, from);
      value += this.#sql.slice(this.#at, end);
      this.#advance(end + 1 - this.#at);
      if (this.#sql[this.#at] !== '"') break;
      value += '"';
      this.#advance(1);
    }
    return this.#token('quoted', start, value, from);
  }

  #dollarText(start: number): Token {
    const from = this.#position(start);
    const end = this.#sql.indexOf('$$', start + 2);
    if (end < 0) this.#unterminated(start, from);
    this.#advance(end + 2 - start);
    return this.#token('string', start, this.#sql.slice(start + 2, end), from);
  }

  #number(start: number): Token {
    const match = /^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/.exec(this.#sql.slice(start, start + 400));
    this.#at += match?.[0].length ?? 1;
    return this.#token('number', start, this.#sql.slice(start, this.#at));
  }

  /** A word; a backslash in it keeps the character that follows, a blank for instance. */
  #word(start: number): Token {
    let value = '';
    for (;;) {
      const character = this.#character(this.#at);
      if (character === '\\') {
        value += this.#character(this.#at + 1);
        this.#at += 1 + this.#character(this.#at + 1).length;
      } else if (this.#at < this.#sql.length && WORD_PART.test(character)) {
        value += character;
        this.#at += character.length;
      } else break;
    }
    return this.#token('word', start, value.toUpperCase());
  }

  #bind(start: number): Token {
    this.#at++;
    while (/[0-9]/.test(this.#sql[this.#at] ?? '')) this.#at++;
    return this.#token('bind', start, this.#sql.slice(start + 1, this.#at));
  }

  /** `$1` is a column by position, `$NAME` a session variable; both stay one token. */
  #dollar(start: number): Token {
    this.#at++;
    while (WORD_PART.test(this.#character(this.#at)) && this.#at < this.#sql.length) this.#at++;
    return this.#token('word', start, this.#sql.slice(start, this.#at).toUpperCase());
  }
}
