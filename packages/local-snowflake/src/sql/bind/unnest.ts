import type { BoundFrom, BoundQuery, RowFunction } from './bound-query.ts';
import type { Relation, ScopeColumn } from './scope.ts';

/** The rows of a function alone. */
export function rowsOf(rows: RowFunction): BoundQuery {
  return { sql: levels(`SELECT ${rows.prepared} AS p`, rows, []), columns: rows.columns };
}

/**
 * The rows on the left, each with the rows that a function makes of it. DuckDB joins a lateral subquery to
 * the values that it depends on, and would write a large array down once for each of its elements; a projection
 * with UNNEST does not.
 */
export function rowsBeside(left: BoundFrom, rows: RowFunction, relation: string, own: Relation): BoundFrom {
  const merged = [...(left.merged ?? [])];
  const columns = [
    ...left.relations.flatMap((each) => each.columns),
    ...merged.map(([, column]) => column),
  ].map(({ value }) => value.sql);
  const distinct = [...new Set(columns)];
  const moved = (column: ScopeColumn): ScopeColumn => ({
    ...column,
    value: { ...column.value, sql: `${relation}.l${distinct.indexOf(column.value.sql)}` },
  });
  const names = distinct.map((_, at) => `l${at}`);
  const list = distinct.map((sql, at) => `${sql} AS l${at}`);
  const first = `SELECT ${[...list, `${rows.prepared} AS p`].join(', ')} FROM ${left.sql}`;
  return {
    sql: `(${levels(first, rows, names)}) AS ${relation}`,
    relations: [
      ...left.relations.map((each) => ({ ...each, columns: each.columns.map(moved) })),
      { ...own, columns: own.columns },
    ],
    merged: new Map(merged.map(([name, column]) => [name, moved(column)])),
  };
}

/** The prepared value, its rows, and the columns of those. */
function levels(first: string, rows: RowFunction, names: readonly string[]): string {
  const kept = names.map((name) => `${name}, `).join('');
  const unnested = `SELECT ${kept}unnest(${rows.list}) AS u, ${rows.kept} AS k FROM (${first})`;
  const values = rows.values.map((sql, at) => `${sql} AS c${at + 1}`);
  return `SELECT ${kept}${values.join(', ')} FROM (${unnested})`;
}
