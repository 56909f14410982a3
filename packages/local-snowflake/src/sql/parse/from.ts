import type { Alias, FromItem, Query } from '../ast.ts';
import { unsupported } from '../error.ts';
import type { Token } from '../token.ts';
import { TokenStream } from '../token-stream.ts';
import { parseCall } from './call.ts';
import type { QueryParser } from './query.ts';
import { RESERVED } from './reserved.ts';

/** Reads what follows FROM: tables, functions, queries, and their joins. */
export class FromParser {
  readonly #query: QueryParser;

  /** @param query reads the queries and expressions in it */
  constructor(query: QueryParser) {
    this.#query = query;
  }

  /** The items after FROM; a comma is a cross join. */
  list(): FromItem {
    const start = this.#query.tokens.peek();
    let left = this.#joins();
    while (this.#query.tokens.accept(',')) left = this.#join(start, 'CROSS', left, this.#joins());
    return left;
  }

  #join(
    start: Token,
    kind: Extract<FromItem, { node: 'join' }>['kind'],
    left: FromItem,
    right: FromItem,
    natural = false,
  ): FromItem {
    const { tokens } = this.#query;
    const on = kind !== 'CROSS' && tokens.accept('ON') ? this.#query.expressions.expression() : null;
    const using =
      kind !== 'CROSS' && tokens.accept('USING') ? tokens.parenthesized(() => tokens.identifier()) : null;
    return {
      node: 'join',
      kind,
      natural,
      left,
      right,
      on,
      using,
      line: start.line,
      column: start.column,
      text: '',
    };
  }

  #joins(): FromItem {
    const { tokens } = this.#query;
    const start = tokens.peek();
    let left = this.#fromItem();
    for (;;) {
      if (tokens.is('ASOF')) throw unsupported('ASOF JOIN');
      const mark = tokens.mark;
      const natural = tokens.accept('NATURAL');
      const kind = tokens.acceptAny('INNER', 'LEFT', 'RIGHT', 'FULL', 'CROSS');
      tokens.accept('OUTER');
      if (!tokens.accept('JOIN')) {
        tokens.rewind(mark);
        return left;
      }
      left = this.#join(start, (kind ?? 'INNER') as 'INNER', left, this.#fromItem(), natural);
    }
  }

  #fromItem(): FromItem {
    const { tokens } = this.#query;
    const start = tokens.peek();
    const place = (): { line: number; column: number; text: string } => ({
      line: start.line,
      column: start.column,
      text: tokens.sql.slice(start.start, tokens.last.end),
    });
    const lateral = tokens.accept('LATERAL');
    if (tokens.is('TABLE', '(') && tokens.peek(2).kind === 'string') {
      tokens.expect('TABLE', '(');
      const name = new TokenStream(tokens.string()).name();
      tokens.expect(')');
      return { node: 'table', name, alias: this.#alias(), ...place() };
    }
    if (tokens.accept('TABLE', '(')) {
      const callStart = tokens.peek();
      const call = parseCall(this.#query.expressions, tokens.name(), callStart);
      tokens.expect(')');
      return { node: 'function', call, lateral: true, alias: this.#alias(), ...place() };
    }
    if (this.#query.atQuery && !this.#atJoinInParentheses) {
      const values = tokens.is('VALUES');
      if (!values) tokens.expect('(');
      const query = values ? this.#query.values() : this.#query.query();
      if (!values) tokens.expect(')');
      return { node: 'derived', query, lateral, alias: this.#alias(), ...place() };
    }
    if (tokens.accept('(')) {
      const inner = tokens.is('VALUES') ? undefined : this.list();
      const query = inner ? undefined : this.#query.query();
      tokens.expect(')');
      return inner ?? { node: 'derived', query: query as Query, lateral, alias: this.#alias(), ...place() };
    }
    if (tokens.peek().kind === 'operator' && tokens.is('@')) throw unsupported('SELECT FROM a stage');
    const name = tokens.name();
    if (tokens.is('(')) {
      const call = parseCall(this.#query.expressions, name, start);
      return { node: 'function', call, lateral: true, alias: this.#alias(), ...place() };
    }
    for (const feature of ['AT', 'BEFORE']) if (tokens.is(feature, '(')) throw unsupported('Time Travel');
    const alias = this.#alias();
    for (const feature of ['SAMPLE', 'TABLESAMPLE', 'PIVOT', 'UNPIVOT', 'MATCH_RECOGNIZE']) {
      if (tokens.is(feature)) throw unsupported(feature);
    }
    return { node: 'table', name, alias, ...place() };
  }

  /** True at `((SELECT …) AS a JOIN …)`: what follows the inner query belongs to FROM and not to a query. */
  get #atJoinInParentheses(): boolean {
    const { tokens } = this.#query;
    const is = (ahead: number, ...values: string[]): boolean => {
      const { kind, value } = tokens.peek(ahead);
      return (kind === 'operator' || kind === 'word') && values.includes(value);
    };
    let open = 0;
    while (is(open, '(')) open++;
    let ahead = open;
    for (let level = open; level > 1; ) {
      if (tokens.peek(ahead).kind === 'end') return false;
      if (is(ahead, '(')) level++;
      if (is(ahead, ')')) level--;
      ahead++;
      const closed = is(ahead - 1, ')') && level > 0 && level < open;
      if (!closed || is(ahead, ')')) continue;
      return !is(ahead, 'UNION', 'EXCEPT', 'MINUS', 'INTERSECT', 'ORDER', 'LIMIT', 'OFFSET', 'FETCH');
    }
    return false;
  }

  #alias(): Alias | null {
    const { tokens } = this.#query;
    if (!tokens.accept('AS') && !atAlias(tokens)) return null;
    const name = tokens.identifier();
    return { name, columns: tokens.is('(') ? tokens.parenthesized(() => tokens.identifier()) : null };
  }
}

/** Whether an alias comes next. */
export function atAlias(tokens: TokenStream): boolean {
  const token = tokens.peek();
  return token.kind === 'quoted' || (token.kind === 'word' && !RESERVED.has(token.value));
}
