import { type Column, columnSql, sequenceSql, type Table, tableSql } from '../catalog/entities.ts';
import type { Expression, Query } from '../sql/ast.ts';
import { columnValue } from '../sql/bind/bound-query.ts';
import { cast } from '../sql/bind/cast.ts';
import type { Environment } from '../sql/bind/environment.ts';
import { QueryBinder } from '../sql/bind/query-binder.ts';
import { Scope } from '../sql/bind/scope.ts';
import { nullValue, type Typed, typed } from '../sql/bind/typed.ts';
import { compilationError, invalidIdentifier, unsupported } from '../sql/error.ts';
import { FUNCTIONS } from '../sql/functions/registry.ts';
import { QueryParser } from '../sql/parse/query.ts';
import { TokenStream } from '../sql/token-stream.ts';
import { counts, STATEMENT_TYPE } from './result.ts';
import { type Statement, type StatementHandler, writing } from './statement.ts';
import { tableNamed } from './target.ts';

/** Rows of VALUES in one INSERT of DuckDB; more are cut into several, in one transaction. */
const ROWS_AT_ONCE = 1000;

/** INSERT [OVERWRITE] INTO table [(columns)] query, or VALUES with DEFAULT. */
export const insert: StatementHandler = async (statement) => {
  const { tokens, parser } = statement;
  tokens.expect('INSERT');
  const overwrite = tokens.accept('OVERWRITE');
  if (tokens.is('ALL') || tokens.is('FIRST')) throw unsupported('Multi-table INSERT');
  tokens.expect('INTO');
  tokens.accept('TABLE');
  const table = tableNamed(statement, tokens.name());
  const columns = tokens.is('(') && !parser.atQuery ? namedColumns(statement, table) : table.columns;
  const inserts = tokens.is('VALUES')
    ? insertValues(statement, table, columns)
    : insertQuery(statement, table, columns);
  tokens.expectEnd();
  const inserted = statement.describeOnly
    ? 0
    : await writing(statement, async (connection) => {
        if (overwrite) await connection.run(`DELETE FROM ${tableSql(table)}`);
        let rows = 0;
        for (const sql of inserts) rows += (await connection.run(sql)).rowsChanged;
        return rows;
      });
  return counts(STATEMENT_TYPE.INSERT, { 'number of rows inserted': inserted });
};

function namedColumns({ tokens }: Statement, table: Table): readonly Column[] {
  return tokens.parenthesized(() => {
    const at = tokens.peek();
    const name = tokens.identifier();
    const column = table.columns.find((each) => each.name === name);
    if (!column) throw invalidIdentifier(at.text.toUpperCase(), at);
    return column;
  });
}

function insertQuery(statement: Statement, table: Table, columns: readonly Column[]): string[] {
  const query: Query = statement.parser.query();
  return statement.bindRows.map((environment) => {
    const bound = new QueryBinder(environment, FUNCTIONS).bind(query);
    checkCount(columns.length, bound.columns.length);
    const values = columns.map((column, index) =>
      assigned(columnValue(bound, index, 's.'), column, environment),
    );
    return insertSql(table, columns, environment, values, `(${bound.sql}) AS s`);
  });
}

function insertValues(statement: Statement, table: Table, columns: readonly Column[]): string[] {
  const { tokens, parser } = statement;
  tokens.expect('VALUES');
  const rows: (Expression | null)[][] = [];
  do {
    rows.push(
      tokens.parenthesized(() => (tokens.accept('DEFAULT') ? null : parser.expressions.expression())),
    );
  } while (tokens.accept(','));
  const tuples = statement.bindRows.flatMap((environment) => {
    const binder = new QueryBinder(environment, FUNCTIONS).expressions(new Scope([]));
    return rows.map((row) => {
      checkCount(columns.length, row.length);
      const values = row.map((value, index) => {
        const column = columns[index] as Column;
        if (!value) return defaultValue(table, column, environment);
        return assigned(binder.bind(value), column, environment);
      });
      return `(${values.join(', ')})`;
    });
  });
  const names = columns.map((_, index) => `v${index + 1}`);
  const batches = Math.ceil(tuples.length / ROWS_AT_ONCE);
  return Array.from({ length: batches }, (_, batch) => {
    const part = tuples.slice(batch * ROWS_AT_ONCE, (batch + 1) * ROWS_AT_ONCE).join(', ');
    const source = `(VALUES ${part}) AS s(${names.join(', ')})`;
    return insertSql(
      table,
      columns,
      statement.environment,
      names.map((name) => `s.${name}`),
      source,
    );
  });
}

/** Columns that the statement leaves out get their default. */
function insertSql(
  table: Table,
  columns: readonly Column[],
  environment: Environment,
  values: readonly string[],
  source: string,
): string {
  const given = new Map(columns.map((column, index) => [column.ordinal, values[index] as string]));
  const names = table.columns.map(columnSql).join(', ');
  const list = table.columns.map(
    (column) => given.get(column.ordinal) ?? defaultValue(table, column, environment),
  );
  return `INSERT INTO ${tableSql(table)} (${names}) SELECT ${list.join(', ')} FROM ${source}`;
}

/** DuckDB SQL for what a column gets when nothing is said. */
export function defaultValue(table: Table, column: Column, environment: Environment): string {
  if (column.identity) {
    const next = typed(`nextval('${sequenceSql(table, column)}')::DECIMAL(38,0)`, {
      kind: 'FIXED',
      precision: 38,
      scale: 0,
    });
    return cast(next, column.type, environment).sql;
  }
  if (column.default === null) return nullValue(column.type).sql;
  return defaultSql(column.default, column, environment);
}

/** A default's text in DuckDB SQL, as the column's type. */
export function defaultSql(
  text: string,
  column: Pick<Column, 'type' | 'name'>,
  environment: Environment,
): string {
  const parser = new QueryParser(new TokenStream(text));
  const binder = new QueryBinder(environment, FUNCTIONS).expressions(new Scope([]));
  return cast(binder.bind(parser.expressions.expression()), column.type, environment, 'assign').sql;
}

/** A value as it goes into a column. */
export function assigned(value: Typed, column: Column, environment: Environment): string {
  return cast(value, column.type, environment, 'assign').sql;
}

/** @throws SqlError 002020 when a row has another number of values than there are columns. */
export function checkCount(expected: number, got: number): void {
  if (expected === got) return;
  throw compilationError(
    '002020',
    '21S01',
    `Insert value list does not match column list expecting ${expected} but got ${got}`,
  );
}
