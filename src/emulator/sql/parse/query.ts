import type {
  Alias,
  Body,
  CommonTable,
  Expression,
  FromItem,
  GroupItem,
  OrderItem,
  Query,
  Select,
  SelectItem,
} from '../ast.ts';
import { unsupported } from '../error.ts';
import type { Token } from '../token.ts';
import { TokenStream } from '../token-stream.ts';
import { parseCall } from './call.ts';
import { ExpressionParser } from './expression.ts';
import { RESERVED } from './reserved.ts';

/** Reads SELECT, VALUES and what combines them. */
export class QueryParser {
  readonly tokens: TokenStream;
  readonly expressions: ExpressionParser;

  constructor(tokens: TokenStream) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens, () => this.query());
  }

  /** True when a query comes next. */
  get atQuery(): boolean {
    let ahead = 0;
    while (this.tokens.peek(ahead).kind === 'operator' && this.tokens.peek(ahead).value === '(') ahead++;
    const { kind, value } = this.tokens.peek(ahead);
    return kind === 'word' && (value === 'SELECT' || value === 'WITH' || (ahead === 0 && value === 'VALUES'));
  }

  query(): Query {
    const { tokens } = this;
    const recursive = tokens.is('WITH', 'RECURSIVE');
    const commonTables = tokens.accept('WITH') ? this.#commonTables() : [];
    const body = this.#setOperations();
    const orderBy: OrderItem[] = tokens.accept('ORDER', 'BY') ? this.expressions.orderItems() : [];
    return { recursive, commonTables, body, orderBy, ...this.#limit() };
  }

  #commonTables(): CommonTable[] {
    const { tokens } = this;
    tokens.accept('RECURSIVE');
    const tables: CommonTable[] = [];
    do {
      const name = tokens.identifier();
      const columns = tokens.is('(') ? tokens.parenthesized(() => tokens.identifier()) : null;
      tokens.expect('AS', '(');
      tables.push({ name, columns, query: this.query() });
      tokens.expect(')');
    } while (tokens.accept(','));
    return tables;
  }

  #limit(): { limit: Expression | null; offset: Expression | null } {
    const { tokens } = this;
    let limit: Expression | null = tokens.accept('LIMIT') ? this.expressions.expression() : null;
    const offset = tokens.accept('OFFSET') ? this.expressions.expression() : null;
    if (offset) tokens.acceptAny('ROW', 'ROWS');
    if (tokens.accept('FETCH')) {
      tokens.acceptAny('FIRST', 'NEXT');
      limit = this.expressions.expression();
      tokens.acceptAny('ROW', 'ROWS');
      tokens.accept('ONLY');
    }
    return { limit, offset };
  }

  #setOperations(): Body {
    let left = this.#intersections();
    for (;;) {
      const operator = this.tokens.acceptAny('UNION', 'EXCEPT', 'MINUS');
      if (!operator) return left;
      const all = this.tokens.accept('ALL');
      if (!all) this.tokens.accept('DISTINCT');
      if (operator === 'UNION')
        left = { node: 'set', operator: all ? 'UNION ALL' : 'UNION', left, right: this.#intersections() };
      else left = { node: 'set', operator: 'EXCEPT', left, right: this.#intersections() };
    }
  }

  #intersections(): Body {
    let left = this.#body();
    while (this.tokens.accept('INTERSECT'))
      left = { node: 'set', operator: 'INTERSECT', left, right: this.#body() };
    return left;
  }

  #body(): Body {
    const { tokens } = this;
    if (tokens.accept('VALUES')) return { node: 'values', rows: this.#rows() };
    if (tokens.accept('(')) {
      const query = this.query();
      tokens.expect(')');
      return { node: 'nested', query };
    }
    return this.#select();
  }

  #rows(): Expression[][] {
    const rows: Expression[][] = [];
    do rows.push(this.tokens.parenthesized(() => this.expressions.expression()));
    while (this.tokens.accept(','));
    return rows;
  }

  #select(): Select {
    const { tokens } = this;
    tokens.expect('SELECT');
    const distinct = tokens.accept('DISTINCT');
    if (!distinct) tokens.accept('ALL');
    const top =
      tokens.is('TOP') && tokens.peek(1).kind === 'number' && tokens.accept('TOP')
        ? this.expressions.expression()
        : null;
    const items: SelectItem[] = [];
    do items.push(this.#item());
    while (tokens.accept(',') && !tokens.is('FROM'));
    const from = tokens.accept('FROM') ? this.fromList() : null;
    const clause = (...words: string[]): Expression | null =>
      tokens.accept(...words) ? this.expressions.expression() : null;
    const where = clause('WHERE');
    if (tokens.is('CONNECT', 'BY') || tokens.is('START', 'WITH')) throw unsupported('CONNECT BY');
    const groupBy = tokens.accept('GROUP', 'BY') ? this.#groupBy() : null;
    const having = clause('HAVING');
    return { node: 'select', distinct, top, items, from, where, groupBy, having, qualify: clause('QUALIFY') };
  }

  #item(): SelectItem {
    const value = this.expressions.expression();
    const { tokens } = this;
    if (tokens.accept('AS')) return { value, alias: tokens.identifier() };
    return { value, alias: this.#atAlias() ? tokens.identifier() : null };
  }

  #atAlias(): boolean {
    const token = this.tokens.peek();
    return token.kind === 'quoted' || (token.kind === 'word' && !RESERVED.has(token.value));
  }

  #groupBy(): Select['groupBy'] {
    const { tokens } = this;
    if (tokens.accept('ALL')) return 'ALL';
    const items: GroupItem[] = [];
    do items.push(this.#groupItem());
    while (tokens.accept(','));
    return items;
  }

  #groupItem(): GroupItem {
    const { tokens } = this;
    const list = (): Expression[] =>
      tokens.is('(')
        ? tokens.parenthesized(() => this.expressions.expression())
        : [this.expressions.expression()];
    for (const word of ['ROLLUP', 'CUBE'] as const) {
      if (tokens.is(word, '(') && tokens.accept(word)) return { kind: word, sets: [list()] };
    }
    if (tokens.accept('GROUPING', 'SETS')) return { kind: 'GROUPING SETS', sets: tokens.parenthesized(list) };
    return { kind: 'PLAIN', sets: [[this.expressions.expression()]] };
  }

  /** The items after FROM; a comma is a cross join. */
  fromList(): FromItem {
    const start = this.tokens.peek();
    let left = this.#joins();
    while (this.tokens.accept(',')) left = this.#join(start, 'CROSS', left, this.#joins());
    return left;
  }

  #join(
    start: Token,
    kind: Extract<FromItem, { node: 'join' }>['kind'],
    left: FromItem,
    right: FromItem,
    natural = false,
  ): FromItem {
    const { tokens } = this;
    const on = kind !== 'CROSS' && tokens.accept('ON') ? this.expressions.expression() : null;
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
    const { tokens } = this;
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
    const { tokens } = this;
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
      const call = parseCall(this.expressions, tokens.name(), callStart);
      tokens.expect(')');
      return { node: 'function', call, lateral: true, alias: this.#alias(), ...place() };
    }
    if (this.atQuery && !this.#atJoinInParentheses) {
      const values = tokens.is('VALUES');
      if (!values) tokens.expect('(');
      const query: Query = values ? this.#bare(this.#body()) : this.query();
      if (!values) tokens.expect(')');
      return { node: 'derived', query, lateral, alias: this.#alias(), ...place() };
    }
    if (tokens.accept('(')) {
      const inner = tokens.is('VALUES') ? undefined : this.fromList();
      const query = inner ? undefined : this.query();
      tokens.expect(')');
      return inner ?? { node: 'derived', query: query as Query, lateral, alias: this.#alias(), ...place() };
    }
    if (tokens.peek().kind === 'operator' && tokens.is('@')) throw unsupported('SELECT FROM a stage');
    const name = tokens.name();
    if (tokens.is('(')) {
      const call = parseCall(this.expressions, name, start);
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
    const { tokens } = this;
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

  #bare(body: Body): Query {
    return { recursive: false, commonTables: [], body, orderBy: [], limit: null, offset: null };
  }

  #alias(): Alias | null {
    const { tokens } = this;
    if (!tokens.accept('AS') && !this.#atAlias()) return null;
    const name = tokens.identifier();
    return { name, columns: tokens.is('(') ? tokens.parenthesized(() => tokens.identifier()) : null };
  }
}
