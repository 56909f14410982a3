import { cellSql } from '../results/cell.ts';
import { encodeCells, encodeQuery } from '../results/encoded-rows.ts';
import { needsUniformParts, wideMarksSql } from '../results/uniform-parts.ts';
import type { BoundQuery } from '../sql/bind/bound-query.ts';
import { QueryBinder } from '../sql/bind/query-binder.ts';
import { limitedSize } from '../sql/bind/size-limit.ts';
import { FUNCTIONS } from '../sql/functions/registry.ts';
import { STATEMENT_TYPE, type StatementResult } from './result.ts';
import { reading, type Statement, type StatementHandler } from './statement.ts';

/** SELECT, WITH and VALUES. */
export const select: StatementHandler = (statement) => {
  const query = statement.parser.query();
  statement.tokens.expectEnd();
  return runQuery(statement, new QueryBinder(statement.environment, FUNCTIONS).bind(query));
};

/** Runs a bound query; the cells are encoded by DuckDB. */
export async function runQuery(statement: Statement, query: BoundQuery): Promise<StatementResult> {
  const cells = query.columns.map(({ type }, index) => cellSql(`c${index + 1}`, type));
  const marks = needsUniformParts(statement.session) ? wideMarksSql(query.columns) : null;
  const limited = query.columns.map(
    ({ type }, index) => `${limitedSize(`c${index + 1}`, type)} AS c${index + 1}`,
  );
  const sql = `SELECT CAST(json_array(${cells.join(', ')}) AS VARCHAR)${marks ? `, ${marks}` : ''}
    FROM (SELECT ${limited.join(', ')} FROM (${query.sql}))`;
  const rows = statement.describeOnly
    ? encodeCells([])
    : await reading(statement, (connection) => encodeQuery(connection, sql));
  return { statementTypeId: STATEMENT_TYPE.SELECT, columns: query.columns, rows };
}
