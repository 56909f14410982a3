import type { BinaryOperator, Expression, LiteralType, OrderItem, Query } from '../ast.ts';
import type { Token } from '../token.ts';
import type { TokenStream } from '../token-stream.ts';
import { parseCall } from './call.ts';
import { parseCase } from './clauses.ts';
import { parsePredicate } from './predicate.ts';
import { FUNCTIONS_TOO, RESERVED } from './reserved.ts';
import { parseStarOptions } from './star.ts';

/** Reads expressions by precedence: OR, AND, NOT, predicates, `||`, sums, products, signs, postfix. */
export class ExpressionParser {
  readonly tokens: TokenStream;
  /** Reads a subquery. */
  readonly query: () => Query;
  #binds = 0;

  /** @param query reads a subquery; the two parsers need each other */
  constructor(tokens: TokenStream, query: () => Query) {
    this.tokens = tokens;
    this.query = query;
  }

  expression(): Expression {
    return this.#chain(['OR'], () => this.#chain(['AND'], () => this.#not()));
  }

  /** `expr [ASC|DESC] [NULLS FIRST|LAST], …` */
  orderItems(): OrderItem[] {
    const items: OrderItem[] = [];
    do {
      const value = this.tokens.is('ALL') ? this.#everyColumn() : this.expression();
      const descending = this.tokens.acceptAny('ASC', 'DESC') === 'DESC';
      const nulls = this.tokens.accept('NULLS') ? this.tokens.acceptAny('FIRST', 'LAST') : undefined;
      items.push({ value, descending, nulls: (nulls as 'FIRST' | 'LAST' | undefined) ?? null });
    } while (this.tokens.accept(','));
    return items;
  }

  /** The position of a node that began at `start` and ends with the token read last. */
  place(start: Token): { line: number; column: number; text: string } {
    const text = this.tokens.sql.slice(start.start, this.tokens.last.end);
    return { line: start.line, column: start.column, text };
  }

  /** ALL of ORDER BY ALL. */
  #everyColumn(): Expression {
    const start = this.tokens.next();
    return {
      node: 'star',
      qualifier: [],
      exclude: [],
      like: null,
      rename: new Map(),
      replace: new Map(),
      ...this.place(start),
    };
  }

  #chain(operators: readonly BinaryOperator[], operand: () => Expression): Expression {
    const start = this.tokens.peek();
    let left = operand();
    for (;;) {
      const operator = this.tokens.acceptAny(...operators) as BinaryOperator | undefined;
      if (!operator) return left;
      const right = operand();
      left = { node: 'binary', operator, left, right, ...this.place(start) };
    }
  }

  #not(): Expression {
    const start = this.tokens.peek();
    if (!this.tokens.accept('NOT')) return this.#predicate();
    const operand = this.#not();
    return { node: 'unary', operator: 'NOT', operand, ...this.place(start) };
  }

  #predicate(): Expression {
    const start = this.tokens.peek();
    let left = this.sum();
    for (;;) {
      const next = parsePredicate(this, start, left);
      if (!next) return left;
      left = next;
    }
  }

  /** `||`, sums and what binds more tightly: an operand of a comparison. */
  sum(): Expression {
    return this.#chain(['+', '-', '||'], () => this.#chain(['*', '/', '%'], () => this.#sign()));
  }

  #sign(): Expression {
    const start = this.tokens.peek();
    const operator = this.tokens.acceptAny('-', '+') as '-' | '+' | undefined;
    if (!operator) return this.#postfix();
    const operand = this.#sign();
    return { node: 'unary', operator, operand, ...this.place(start) };
  }

  #postfix(): Expression {
    const { tokens } = this;
    const start = tokens.peek();
    let operand = this.#primary();
    for (;;) {
      if (tokens.accept('::')) {
        const type = tokens.dataType();
        operand = { node: 'cast', operand, type, attempt: false, ...this.place(start) };
      } else if (tokens.is('[') || tokens.is(':')) {
        const steps = this.#steps();
        operand = { node: 'path', operand, steps, ...this.place(start) };
      } else if (tokens.is('COLLATE') && tokens.peek(1).kind === 'string') {
        tokens.next();
        tokens.next();
      } else return operand;
    }
  }

  /** `:name.name[index]…` or `[index]…` */
  #steps(): (string | Expression)[] {
    const { tokens } = this;
    const steps: (string | Expression)[] = [];
    const name = (): string => {
      const token = tokens.next();
      if (token.kind === 'quoted') return token.value;
      if (token.kind !== 'word') throw tokens.unexpected();
      return token.text;
    };
    for (;;) {
      if (tokens.accept('[')) {
        steps.push(this.expression());
        tokens.expect(']');
      } else if (tokens.accept(':') || (steps.length > 0 && tokens.accept('.'))) steps.push(name());
      else return steps;
    }
  }

  /** True when a subquery in parentheses comes next. */
  get atSubquery(): boolean {
    const { tokens } = this;
    let ahead = 0;
    while (tokens.peek(ahead).kind === 'operator' && tokens.peek(ahead).value === '(') ahead++;
    const { kind, value } = tokens.peek(ahead);
    return ahead > 0 && kind === 'word' && (value === 'SELECT' || value === 'WITH');
  }

  #literal(type: LiteralType, value: string, start: Token): Expression {
    return { node: 'literal', type, value, ...this.place(start) };
  }

  #primary(): Expression {
    const { tokens } = this;
    const start = tokens.peek();
    switch (start.kind) {
      case 'number':
      case 'string':
      case 'binary':
        return this.#literal(start.kind, tokens.next().value, start);
      case 'bind': {
        const index = tokens.next().value === '' ? ++this.#binds : Number(start.value);
        return { node: 'bind', index, ...this.place(start) };
      }
      case 'operator':
        return this.#operatorPrimary(start);
      case 'quoted':
        return this.#named(start);
      case 'word':
        return this.#keyword(start) ?? this.#named(start);
      case 'end':
        throw tokens.unexpected();
    }
  }

  #operatorPrimary(start: Token): Expression {
    const { tokens } = this;
    if (this.atSubquery) {
      tokens.expect('(');
      const query = this.query();
      tokens.expect(')');
      return { node: 'subquery', query, ...this.place(start) };
    }
    if (tokens.is('(')) {
      const items = tokens.parenthesized(() => this.expression());
      const [only] = items;
      if (!only) throw tokens.unexpected();
      return items.length === 1 ? only : { node: 'tuple', items, ...this.place(start) };
    }
    if (tokens.accept('*'))
      return { node: 'star', qualifier: [], ...parseStarOptions(this), ...this.place(start) };
    if (tokens.accept('[')) {
      const items: Expression[] = [];
      if (!tokens.is(']'))
        do items.push(this.expression());
        while (tokens.accept(','));
      tokens.expect(']');
      return { node: 'array', items, ...this.place(start) };
    }
    if (tokens.accept('{')) return this.#object(start);
    throw tokens.unexpected();
  }

  #object(start: Token): Expression {
    const { tokens } = this;
    const entries: { key: string; value: Expression }[] = [];
    if (!tokens.is('}')) {
      do {
        const key = tokens.string();
        tokens.expect(':');
        entries.push({ key, value: this.expression() });
      } while (tokens.accept(','));
    }
    tokens.expect('}');
    return { node: 'object', entries, ...this.place(start) };
  }

  #keyword(start: Token): Expression | undefined {
    const { tokens } = this;
    switch (start.value) {
      case 'NULL':
        return this.#literal('null', tokens.next().value, start);
      case 'TRUE':
      case 'FALSE':
        return this.#literal('boolean', tokens.next().value.toLowerCase(), start);
      case 'CASE':
        return { ...parseCase(this), ...this.place(start) };
      case 'EXISTS': {
        if (!tokens.accept('EXISTS', '(')) return undefined;
        const query = this.query();
        tokens.expect(')');
        return { node: 'exists', query, ...this.place(start) };
      }
      case 'INTERVAL':
        if (tokens.peek(1).kind !== 'string') return undefined;
        tokens.next();
        return { node: 'interval', value: tokens.string(), ...this.place(start) };
      case 'CAST':
      case 'TRY_CAST':
        return tokens.peek(1).value === '(' ? this.#cast(start) : undefined;
      default:
        return this.#typedLiteral(start);
    }
  }

  #cast(start: Token): Expression {
    const { tokens } = this;
    tokens.next();
    tokens.expect('(');
    const operand = this.expression();
    tokens.expect('AS');
    const type = tokens.dataType();
    tokens.expect(')');
    return { node: 'cast', operand, type, attempt: start.value === 'TRY_CAST', ...this.place(start) };
  }

  /** `DATE '2020-01-01'` and its like. */
  #typedLiteral(start: Token): Expression | undefined {
    const { tokens } = this;
    if (!['DATE', 'TIME', 'TIMESTAMP'].includes(start.value) || tokens.peek(1).kind !== 'string')
      return undefined;
    const type = tokens.dataType();
    const text = tokens.peek();
    const operand = this.#literal('string', tokens.next().value, text);
    return { node: 'cast', operand, type, attempt: false, ...this.place(start) };
  }

  #named(start: Token): Expression {
    const { tokens } = this;
    // Joins and set operations share these words with functions: LEFT(x, 2), INSERT(x, 1, 2, 'y').
    const isFunction = FUNCTIONS_TOO.has(start.value) && tokens.peek(1).value === '(';
    if (start.kind === 'word' && RESERVED.has(start.value) && !isFunction) throw tokens.unexpected();
    const name = tokens.atNameAsText ? [...tokens.name()] : [tokens.identifier()];
    while (tokens.accept('.')) {
      if (tokens.accept('*')) {
        return { node: 'star', qualifier: name, ...parseStarOptions(this), ...this.place(start) };
      }
      name.push(tokens.is('.') ? 'PUBLIC' : tokens.identifier());
    }
    if (tokens.is('(')) return parseCall(this, name, start);
    return { node: 'column', name, ...this.place(start) };
  }
}
