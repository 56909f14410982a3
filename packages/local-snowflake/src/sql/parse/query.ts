import type {
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
import type { TokenStream } from '../token-stream.ts';
import { ExpressionParser } from './expression.ts';
import { atAlias, FromParser } from './from.ts';

/** Reads SELECT, VALUES and what combines them. */
export class QueryParser {
  readonly tokens: TokenStream;
  readonly expressions: ExpressionParser;
  readonly #from = new FromParser(this);

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

  /** `VALUES (…), …` as a query. */
  values(): Query {
    this.tokens.expect('VALUES');
    const body: Body = { node: 'values', rows: this.#rows() };
    return { recursive: false, commonTables: [], body, orderBy: [], limit: null, offset: null };
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
    return { value, alias: atAlias(tokens) ? tokens.identifier() : null };
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

  /** The items after FROM. */
  fromList(): FromItem {
    return this.#from.list();
  }
}
