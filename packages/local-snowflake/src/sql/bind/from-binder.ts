import { columnSql, type Table, tableSql } from '../../catalog/entities.ts';
import { displayName } from '../../catalog/identifier.ts';
import type { Alias, FromItem, Name } from '../ast.ts';
import { compilationError, doesNotExist, invalidIdentifier } from '../error.ts';
import { QueryParser } from '../parse/query.ts';
import { TokenStream } from '../token-stream.ts';
import type { CommonTables, Queries } from './binder.ts';
import { type BoundFrom, type BoundQuery, columnValue, type RowFunction } from './bound-query.ts';
import { cast } from './cast.ts';
import { compare } from './comparison.ts';
import type { VirtualTable } from './environment.ts';
import { qualifiedName } from './qualified-name.ts';
import { type Relation, Scope, type ScopeColumn } from './scope.ts';
import { nullValue, type Typed, typed } from './typed.ts';
import { rowsBeside, rowsOf } from './unnest.ts';

type Join = Extract<FromItem, { node: 'join' }>;
type TableFunction = Extract<FromItem, { node: 'function' }>;

/** Binds the FROM clause. */
export class FromBinder {
  readonly #queries: Queries;
  readonly #outer: Scope | null;
  readonly #tables: CommonTables;

  constructor(queries: Queries, outer: Scope | null, tables: CommonTables) {
    this.#queries = queries;
    this.#outer = outer;
    this.#tables = tables;
  }

  bind(item: FromItem, left: readonly Relation[] = []): BoundFrom {
    switch (item.node) {
      case 'join':
        return this.#join(item, left);
      case 'table':
        return this.#table(item.name, item.alias);
      case 'derived': {
        const outer = item.lateral ? new Scope(left, this.#outer) : this.#outer;
        return this.#derived(
          this.#queries.bind(item.query, outer, this.#tables),
          item.alias,
          [],
          item.lateral,
        );
      }
      case 'function': {
        const bound = this.#tableFunction(item, left);
        return this.#derived('sql' in bound ? bound : rowsOf(bound), item.alias, item.call.name, true);
      }
    }
  }

  #tableFunction(item: TableFunction, left: readonly Relation[]): BoundQuery | RowFunction {
    return this.#queries.functions.table(
      item.call,
      this.#queries.expressions(new Scope(left, this.#outer), this.#tables),
    );
  }

  /** A function that makes rows of each row on its left. */
  #rowsBeside(left: BoundFrom, item: TableFunction, rows: RowFunction): BoundFrom {
    const relation = this.#queries.names.next('r');
    const query = { sql: '', columns: rows.columns };
    const columns = rows.columns.map(({ name }, at) => ({
      name: item.alias?.columns?.[at] ?? name,
      value: columnValue(query, at, `${relation}.`),
    }));
    return rowsBeside(left, rows, relation, {
      qualifier: item.alias ? [item.alias.name] : item.call.name,
      columns,
    });
  }

  #derived(query: BoundQuery, alias: Alias | null, name: Name, lateral: boolean, table?: Name): BoundFrom {
    const relation = this.#queries.names.next('r');
    const columns = query.columns.map((column, index) => ({
      name: alias?.columns?.[index] ?? column.name,
      value: columnValue(query, index, `${relation}.`),
      ...(table ? { table } : {}),
    }));
    const sql = `${lateral ? 'LATERAL ' : ''}(${query.sql}) AS ${relation}`;
    return { sql, relations: [{ qualifier: alias ? [alias.name] : name, columns }] };
  }

  #table(name: Name, alias: Alias | null): BoundFrom {
    const common = name.length === 1 ? this.#tables.get(name[0] as string) : undefined;
    if (common) {
      const columns = common.columns.map((_, index) => `c${index + 1}`).join(', ');
      return this.#derived(
        { sql: `SELECT ${columns} FROM ${common.alias}`, columns: common.columns },
        alias,
        name,
        false,
      );
    }
    const { environment } = this.#queries;
    const [database, schema, object] = qualifiedName(name, environment);
    if (schema === 'INFORMATION_SCHEMA') {
      environment.onTableRead();
      const virtual = environment.informationSchema(database, object);
      if (!virtual) throw doesNotExist('Object', name.map(displayName).join('.'));
      return this.#derived(virtualQuery(virtual), alias, [database, schema, object], false);
    }
    const table = environment.catalog.table(database, schema, object);
    if (!table) throw doesNotExist('Object', name.map(displayName).join('.'));
    environment.onTableRead();
    return table.view ? this.#view(table, alias) : this.#baseTable(table, alias);
  }

  #baseTable(table: Table, alias: Alias | null): BoundFrom {
    const relation = this.#queries.names.next('r');
    const full = [table.database, table.schema, table.name];
    const columns = table.columns.map((column, index) => ({
      name: alias?.columns?.[index] ?? column.name,
      value: typed(`${relation}.${columnSql(column)}`, column.type, column.nullable),
      table: full,
    }));
    return {
      sql: `${tableSql(table)} AS ${relation}`,
      relations: [{ qualifier: alias ? [alias.name] : full, columns }],
    };
  }

  /** A view is its query, read with the names that were current when it was made. */
  #view(table: Table, alias: Alias | null): BoundFrom {
    const { sql, database, schema } = table.view as NonNullable<Table['view']>;
    const queries = this.#queries.within({ ...this.#queries.environment, database, schema });
    const query = queries.bind(new QueryParser(new TokenStream(sql)).query());
    const full = [table.database, table.schema, table.name];
    const columns = query.columns.map((column, index) => ({
      ...column,
      name: table.columns[index]?.name ?? column.name,
    }));
    return this.#derived({ sql: query.sql, columns }, alias, full, false, full);
  }

  #join(item: Join, outerLeft: readonly Relation[]): BoundFrom {
    const left = this.bind(item.left, outerLeft);
    const inner =
      (item.kind === 'CROSS' || item.kind === 'INNER') && !item.on && !item.using && !item.natural;
    if (inner && item.right.node === 'function' && outerLeft.length === 0) {
      const bound = this.#tableFunction(item.right, left.relations);
      if (!('sql' in bound)) return this.#rowsBeside(left, item.right, bound);
    }
    const right = this.bind(item.right, [...outerLeft, ...left.relations]);
    const sides = [
      item.kind === 'RIGHT' || item.kind === 'FULL' ? nullable(left) : left,
      item.kind === 'LEFT' || item.kind === 'FULL' ? nullable(right) : right,
    ] as const;
    const relations = sides.flatMap((side) => side.relations);
    const using = item.natural ? sharedNames(left, right) : item.using;
    if (using) return this.#joinUsing(item, using, sides, relations);
    const binder = this.#queries.expressions(new Scope(relations, this.#outer), this.#tables);
    const kind = item.kind === 'INNER' && !item.on ? 'CROSS' : item.kind;
    const on = item.on
      ? ` ON ${cast(binder.bind(item.on), { kind: 'BOOLEAN' }, binder.environment).sql}`
      : '';
    if (!on && kind !== 'CROSS') throw compilationError('001003', '42000', `${kind} JOIN needs ON or USING`);
    const merged = new Map([...(left.merged ?? []), ...(right.merged ?? [])]);
    return { sql: `${left.sql} ${kind} JOIN ${right.sql}${on}`, relations, merged };
  }

  #joinUsing(
    item: Join,
    using: readonly string[],
    sides: readonly [BoundFrom, BoundFrom],
    relations: readonly Relation[],
  ): BoundFrom {
    const { environment } = this.#queries;
    const scopes = sides.map((side) => new Scope(side.relations, null, side.merged));
    const merged = new Map<string, ScopeColumn>(sides.flatMap((side) => [...(side.merged ?? [])]));
    const conditions = using.map((name) => {
      const [a, b] = scopes.map((scope) => scope.find([name], item)?.value);
      if (!a || !b) throw invalidIdentifier(displayName(name), item);
      merged.set(name, { name, value: mergedValue(item.kind, a, b) });
      return compare('=', a, b, environment).sql;
    });
    const on = conditions.length > 0 ? conditions.join(' AND ') : 'true';
    return { sql: `${sides[0].sql} ${item.kind} JOIN ${sides[1].sql} ON ${on}`, relations, merged };
  }
}

function mergedValue(kind: Join['kind'], a: Typed, b: Typed): Typed {
  if (kind === 'RIGHT') return b;
  return kind === 'FULL' ? typed(`coalesce(${a.sql}, ${b.sql})`, a.type) : a;
}

function sharedNames(left: BoundFrom, right: BoundFrom): string[] {
  const names = (side: BoundFrom): string[] =>
    side.relations.flatMap(({ columns }) => columns.map(({ name }) => name));
  const others = new Set(names(right));
  return names(left).filter((name) => others.has(name));
}

/** The outer side of an outer join can be NULL throughout. */
function nullable(from: BoundFrom): BoundFrom {
  const relations = from.relations.map((relation) => ({
    ...relation,
    columns: relation.columns.map((column) => ({ ...column, value: { ...column.value, nullable: true } })),
  }));
  return { ...from, relations };
}

function virtualQuery(table: VirtualTable): BoundQuery {
  const columns = table.columns.map(({ name, type }) => ({ name, type, nullable: true }));
  const aliases = columns.map((_, index) => `c${index + 1}`).join(', ');
  const empty = `SELECT ${columns.map(({ type }, index) => `${nullValue(type).sql} AS c${index + 1}`).join(', ')} WHERE false`;
  if (table.rows.length === 0) return { sql: empty, columns };
  const rows = table.rows.map((row) => `(${row.join(', ')})`).join(', ');
  // The empty branch comes first because it has the types.
  return { sql: `${empty} UNION ALL SELECT * FROM (VALUES ${rows}) AS v(${aliases})`, columns };
}
