import { type DataType, fixed, MAX_PRECISION, text } from '../../catalog/data-type.ts';
import type { Body, CommonTable, Expression, OrderItem, Query, Select } from '../ast.ts';
import { compilationError } from '../error.ts';
import { type Binder, type CommonTables, type FunctionRegistry, Names, type Queries } from './binder.ts';
import { type BoundQuery, columnValue, type OutputColumn } from './bound-query.ts';
import { cast } from './cast.ts';
import { commonType } from './common-type.ts';
import { comparisonKey } from './comparison.ts';
import type { Environment } from './environment.ts';
import { ExpressionBinder } from './expression-binder.ts';
import { FromBinder } from './from-binder.ts';
import { Scope } from './scope.ts';
import { selectOutputs } from './select-list.ts';
import { groupBySql, orderBySql, ordinal } from './select-order.ts';
import type { Typed } from './typed.ts';

/** Binds queries; one binder serves a whole statement. */
export class QueryBinder implements Queries {
  readonly environment: Environment;
  readonly functions: FunctionRegistry;
  readonly names: Names;

  constructor(environment: Environment, functions: FunctionRegistry, names: Names = new Names()) {
    this.environment = environment;
    this.functions = functions;
    this.names = names;
  }

  within(environment: Environment): QueryBinder {
    return new QueryBinder(environment, this.functions, this.names);
  }

  /** Binds a query; `outer` is the scope of the query it is in, for correlated subqueries. */
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
  expressions(scope: Scope, tables: CommonTables = new Map()): Binder {
    const bindQuery = (query: Query, outer: Scope) => this.bind(query, outer, tables);
    return new ExpressionBinder(this.environment, scope, { functions: this.functions, bindQuery });
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
    const outputs = select.items.flatMap((item) => selectOutputs(item, scope, binder));
    const condition = (expression: Expression | null, word: string, by = binder): string =>
      expression ? ` ${word} ${cast(by.bind(expression), { kind: 'BOOLEAN' }, this.environment).sql}` : '';
    const list = outputs.map((output, index) => `${output.value.sql} AS c${index + 1}`).join(', ');
    const parts = [
      `SELECT ${select.distinct ? 'DISTINCT ' : ''}${list}`,
      from ? ` FROM ${from.sql}` : '',
      condition(select.where, 'WHERE', binder.forWhere()),
      groupBySql(select, outputs, binder),
      condition(select.having, 'HAVING'),
      condition(select.qualify, 'QUALIFY'),
      orderBy.length > 0 ? ` ORDER BY ${orderBySql(orderBy, outputs, binder)}` : '',
      select.top ? ` LIMIT CAST(${binder.bind(select.top).sql} AS BIGINT)` : '',
    ];
    return { sql: parts.join(''), columns: outputs.map(({ value: _, ...column }) => column) };
  }
}

/** What a column of a recursive table can grow to from step to step. */
function widest(type: DataType): DataType {
  if (type.kind === 'FIXED') return fixed(MAX_PRECISION, type.scale);
  return type.kind === 'TEXT' ? text() : type;
}

type CommonTableEntry = { alias: string; columns: readonly OutputColumn[] };

function renamed(columns: readonly OutputColumn[], names: readonly string[] | null): OutputColumn[] {
  return columns.map((column, index) => ({ ...column, name: names?.[index] ?? column.name }));
}
