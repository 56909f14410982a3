import { type DataType, fixed, MAX_PRECISION, text } from '../../catalog/data-type.ts';
import { displayName } from '../../catalog/identifier.ts';
import type {
  Body,
  CommonTable,
  Expression,
  OrderItem,
  Query,
  Select,
  SelectItem,
  StarItem,
} from '../ast.ts';
import { compilationError, invalidIdentifier } from '../error.ts';
import { type BoundQuery, columnValue, type OutputColumn } from './bound-query.ts';
import { cast } from './cast.ts';
import { commonType } from './common-type.ts';
import { comparisonKey } from './comparison.ts';
import type { Environment } from './environment.ts';
import { ExpressionBinder } from './expression-binder.ts';
import { FromBinder } from './from-binder.ts';
import { Scope } from './scope.ts';
import type { Typed } from './typed.ts';

/** Common tables in sight, by name: the name DuckDB knows them by and their columns. */
export type CommonTables = ReadonlyMap<
  string,
  { readonly alias: string; readonly columns: readonly OutputColumn[] }
>;

/** An item of the select list after binding. */
interface Output extends OutputColumn {
  readonly value: Typed;
}

/** Gives relations names that are unique within a statement. */
export class Names {
  #count = 0;
  next(prefix: string): string {
    this.#count++;
    return `${prefix}${this.#count}`;
  }
}

/** Binds queries; one binder serves a whole statement. */
export class QueryBinder {
  readonly environment: Environment;
  readonly names: Names;

  constructor(environment: Environment, names: Names = new Names()) {
    this.environment = environment;
    this.names = names;
  }

  /** Binds a query; `outer` is the scope of the query it stands in, for correlated subqueries. */
  bind(query: Query, outer: Scope | null = null, inherited: CommonTables = new Map()): BoundQuery {
    const tables = new Map(inherited);
    const definitions = query.commonTables.map((table) =>
      this.#commonTable(table, query.recursive, outer, tables),
    );
    const withClause =
      definitions.length > 0 ? `WITH ${query.recursive ? 'RECURSIVE ' : ''}${definitions.join(', ')} ` : '';
    const body = this.#body(query.body, query.orderBy, outer, tables);
    return { sql: `${withClause}${body.sql}${this.#limit(query)}`, columns: body.columns };
  }

  /** A binder of expressions over a scope. */
  expressions(scope: Scope, tables: CommonTables = new Map()): ExpressionBinder {
    return new ExpressionBinder(this.environment, scope, (query, outer) => this.bind(query, outer, tables));
  }

  #commonTable(
    table: CommonTable,
    recursive: boolean,
    outer: Scope | null,
    tables: Map<string, CommonTableEntry>,
  ): string {
    const alias = this.names.next('q');
    const { body } = table.query;
    if (recursive && body.node === 'set') {
      const anchor = this.#body(body.left, [], outer, tables);
      const grown = anchor.columns.map((column) => ({ ...column, type: widest(column.type) }));
      tables.set(table.name, { alias, columns: renamed(grown, table.columns) });
    }
    const bound = this.bind(table.query, outer, tables);
    tables.set(table.name, { alias, columns: renamed(bound.columns, table.columns) });
    const columns = bound.columns.map((_, index) => `c${index + 1}`).join(', ');
    return `${alias}(${columns}) AS (${bound.sql})`;
  }

  #limit(query: Query): string {
    const binder = this.expressions(new Scope([]));
    const count = (expression: Expression, word: string): string => {
      const value = binder.bind(expression);
      return value.untyped ? '' : ` ${word} CAST(${value.sql} AS BIGINT)`;
    };
    const limit = query.limit ? count(query.limit, 'LIMIT') : '';
    return `${limit}${query.offset ? count(query.offset, 'OFFSET') : ''}`;
  }

  #body(body: Body, orderBy: readonly OrderItem[], outer: Scope | null, tables: CommonTables): BoundQuery {
    if (body.node === 'select') return this.#select(body, orderBy, outer, tables);
    const bound = this.#plainBody(body, outer, tables);
    return orderBy.length === 0 ? bound : this.#ordered(bound, orderBy, outer, tables);
  }

  #plainBody(body: Exclude<Body, Select>, outer: Scope | null, tables: CommonTables): BoundQuery {
    switch (body.node) {
      case 'nested': {
        const inner = this.bind(body.query, outer, tables);
        return { sql: `(${inner.sql})`, columns: inner.columns };
      }
      case 'values':
        return this.#values(body.rows, outer, tables);
      case 'set':
        return this.#set(body, outer, tables);
    }
  }

  #values(rows: readonly (readonly Expression[])[], outer: Scope | null, tables: CommonTables): BoundQuery {
    const binder = this.expressions(new Scope([], outer), tables);
    const bound = rows.map((row) => row.map((value) => binder.bind(value)));
    const width = bound[0]?.length ?? 0;
    if (bound.some((row) => row.length !== width)) {
      throw compilationError('001003', '42000', 'VALUES rows differ in length');
    }
    const columns = Array.from({ length: width }, (_, index) =>
      binder.unify(bound.map((row) => row[index] as Typed)),
    );
    const lines = bound.map((_, row) => `(${columns.map((column) => column[row]?.sql).join(', ')})`);
    const names = columns.map((_, index) => `c${index + 1}`).join(', ');
    return {
      sql: `SELECT * FROM (VALUES ${lines.join(', ')}) AS ${this.names.next('r')}(${names})`,
      columns: columns.map((column, index) => ({
        name: `COLUMN${index + 1}`,
        type: (column[0] as Typed).type,
        nullable: column.some((value) => value.nullable),
        ...(column.every((value) => value.untyped) ? { untyped: true } : {}),
      })),
    };
  }

  #set(body: Extract<Body, { node: 'set' }>, outer: Scope | null, tables: CommonTables): BoundQuery {
    const sides = [body.left, body.right].map((side) => this.#body(side, [], outer, tables)) as [
      BoundQuery,
      BoundQuery,
    ];
    const [left, right] = sides;
    if (left.columns.length !== right.columns.length) {
      throw compilationError(
        '001789',
        '42601',
        'invalid number of result columns for set operator input branches',
      );
    }
    const types = left.columns.map((_, index) =>
      commonType(columnValue(left, index), columnValue(right, index)),
    );
    const converted = sides.map((side) => {
      const columns = types.map(
        (type, index) => `${cast(columnValue(side, index), type, this.environment).sql} AS c${index + 1}`,
      );
      return `(SELECT ${columns.join(', ')} FROM (${side.sql}) AS ${this.names.next('r')})`;
    });
    return {
      sql: converted.join(` ${body.operator} `),
      columns: left.columns.map((column, index) => ({
        name: column.name,
        type: types[index] as DataType,
        nullable: column.nullable || Boolean(right.columns[index]?.nullable),
      })),
    };
  }

  #ordered(
    bound: BoundQuery,
    orderBy: readonly OrderItem[],
    outer: Scope | null,
    tables: CommonTables,
  ): BoundQuery {
    const alias = this.names.next('r');
    const columns = bound.columns.map((column, index) => ({
      name: column.name,
      value: columnValue(bound, index, `${alias}.`),
    }));
    const binder = this.expressions(new Scope([{ qualifier: [], columns }], outer), tables);
    const order = binder.orderBy(
      orderBy,
      (item) => ordinal(item, columns.length) ?? comparisonKey(binder.bind(item)),
    );
    return { sql: `SELECT * FROM (${bound.sql}) AS ${alias} ORDER BY ${order}`, columns: bound.columns };
  }

  #select(
    select: Select,
    orderBy: readonly OrderItem[],
    outer: Scope | null,
    tables: CommonTables,
  ): BoundQuery {
    const from = select.from ? new FromBinder(this, outer, tables).bind(select.from) : null;
    const scope = new Scope(from?.relations ?? [], outer, from?.merged);
    const binder = this.expressions(scope, tables);
    const outputs = select.items.flatMap((item) => this.#item(item, scope, binder));
    const condition = (expression: Expression | null, word: string, by = binder): string =>
      expression ? ` ${word} ${cast(by.bind(expression), { kind: 'BOOLEAN' }, this.environment).sql}` : '';
    const list = outputs.map((output, index) => `${output.value.sql} AS c${index + 1}`).join(', ');
    const parts = [
      `SELECT ${select.distinct ? 'DISTINCT ' : ''}${list}`,
      from ? ` FROM ${from.sql}` : '',
      condition(select.where, 'WHERE', binder.forWhere()),
      this.#groupBy(select, outputs, binder),
      condition(select.having, 'HAVING'),
      condition(select.qualify, 'QUALIFY'),
      orderBy.length > 0 ? ` ORDER BY ${this.#orderBy(orderBy, outputs, binder)}` : '',
      select.top ? ` LIMIT CAST(${binder.bind(select.top).sql} AS BIGINT)` : '',
    ];
    return { sql: parts.join(''), columns: outputs.map(({ value: _, ...column }) => column) };
  }

  #item(item: SelectItem, scope: Scope, binder: ExpressionBinder): Output[] {
    const { value } = item;
    if (value.node === 'star') return starOutputs(value, scope, binder);
    const bound = binder.bind(value);
    const column = value.node === 'column' ? scope.find(value.name, value) : undefined;
    const name =
      item.alias ?? (value.node === 'column' ? (value.name.at(-1) as string) : value.text.toUpperCase());
    if (item.alias !== null) scope.addAlias(item.alias, bound);
    return [output(name, bound, column?.table)];
  }

  #groupBy(select: Select, outputs: readonly Output[], binder: ExpressionBinder): string {
    if (select.groupBy === null) return '';
    if (select.groupBy === 'ALL') return ' GROUP BY ALL';
    const key = (item: Expression): string => {
      const place = ordinal(item, outputs.length);
      const sql = place === undefined ? binder.bind(item).sql : outputs[Number(place) - 1]?.value.sql;
      return `(${sql ?? place})`;
    };
    const items = select.groupBy.map(({ kind, sets }) => {
      const lists = sets.map((set) => set.map(key).join(', '));
      if (kind === 'PLAIN') return lists[0];
      return kind === 'GROUPING SETS'
        ? `GROUPING SETS (${lists.map((list) => `(${list})`).join(', ')})`
        : `${kind} (${lists[0]})`;
    });
    return ` GROUP BY ${items.join(', ')}`;
  }

  #orderBy(orderBy: readonly OrderItem[], outputs: readonly Output[], binder: ExpressionBinder): string {
    const [only] = orderBy;
    if (only?.value.node === 'star') {
      const { descending, nulls } = only;
      const order = `${descending ? 'DESC' : 'ASC'} NULLS ${nulls ?? (descending ? 'FIRST' : 'LAST')}`;
      return outputs.map(({ value }) => `${comparisonKey(value)} ${order}`).join(', ');
    }
    return binder.orderBy(orderBy, (item) => {
      const place = ordinal(item, outputs.length);
      if (place !== undefined) return place;
      const name = item.node === 'column' && item.name.length === 1 ? item.name[0] : undefined;
      const index = name === undefined ? -1 : outputs.findIndex((each) => each.name === name);
      const found = outputs[index];
      if (found && found.type.kind !== 'TIMESTAMP_TZ') return String(index + 1);
      return comparisonKey(found?.value ?? binder.bind(item));
    });
  }
}

/** What a column of a recursive table can grow to from step to step. */
function widest(type: DataType): DataType {
  if (type.kind === 'FIXED') return fixed(MAX_PRECISION, type.scale);
  return type.kind === 'TEXT' ? text() : type;
}

/** The columns of `*`, some with another value, some by another name. */
function starOutputs(star: StarItem, scope: Scope, binder: ExpressionBinder): Output[] {
  const columns = scope.star({ ...star, rename: new Map() });
  const unknown = [...star.replace.keys()].find((name) => columns.every((each) => each.name !== name));
  if (unknown !== undefined) throw invalidIdentifier(displayName(unknown), star);
  return columns.map(({ name, value, table }) => {
    const shown = star.rename.get(name) ?? name;
    const replaced = star.replace.get(name);
    return replaced ? output(shown, binder.bind(replaced)) : output(shown, value, table);
  });
}

type CommonTableEntry = { alias: string; columns: readonly OutputColumn[] };

function output(name: string, value: Typed, table?: readonly string[]): Output {
  const { type, nullable, untyped } = value;
  return { name, type, nullable, value, ...(table ? { table } : {}), ...(untyped ? { untyped } : {}) };
}

function renamed(columns: readonly OutputColumn[], names: readonly string[] | null): OutputColumn[] {
  return columns.map((column, index) => ({ ...column, name: names?.[index] ?? column.name }));
}

/** The place a number in GROUP BY or ORDER BY means. */
function ordinal(item: Expression, count: number): string | undefined {
  if (item.node !== 'literal' || item.type !== 'number') return undefined;
  const place = Number(item.value);
  if (!Number.isInteger(place) || place < 1 || place > count) {
    throw compilationError('002023', '42601', `position ${item.value} is not in the select list`);
  }
  return String(place);
}
