import { type DataType, fixed, text } from '../catalog/data-type.ts';
import type { EncodedRows } from '../results/chunk.ts';
import { encodeCells } from '../results/encoded-rows.ts';
import type { OutputColumn } from '../sql/bind/bound-query.ts';

/** What a statement answers: its type, its columns and its rows, ready for the wire. */
export interface StatementResult {
  /** The number by which clients distinguish kinds of statements. */
  readonly statementTypeId: number;
  readonly columns: readonly OutputColumn[];
  readonly rows: EncodedRows;
}

/**
 * Type ids of statements, by kind. JDBC sees by them which statements have rows:
 * https://github.com/snowflakedb/snowflake-jdbc/blob/master/src/main/java/net/snowflake/client/internal/core/SFStatementType.java
 */
export const STATEMENT_TYPE = {
  SELECT: 0x1000,
  INSERT: 0x3100,
  UPDATE: 0x3200,
  DELETE: 0x3300,
  MERGE: 0x3400,
  ALTER_SESSION: 0x4100,
  USE: 0x4300,
  SHOW: 0x4400,
  DESCRIBE: 0x4500,
  TRANSACTION: 0x5000,
  DDL: 0x6000,
} as const;

/** A result of cells that are known already. */
export function table(
  statementTypeId: number,
  columns: readonly (readonly [name: string, type: DataType])[],
  cells: readonly (readonly (string | null)[])[],
): StatementResult {
  return {
    statementTypeId,
    columns: columns.map(([name, type]) => ({ name, type, nullable: true })),
    rows: encodeCells(cells),
  };
}

/** The answer of DDL and of session commands: one text. */
export function status(message: string, statementTypeId: number = STATEMENT_TYPE.DDL): StatementResult {
  return table(statementTypeId, [['status', text()]], [[message]]);
}

/** The answer of DML: counts by name, e.g. `number of rows inserted`. */
export function counts(statementTypeId: number, values: Readonly<Record<string, number>>): StatementResult {
  const columns = Object.keys(values).map((name) => [name, fixed(19, 0)] as const);
  return table(statementTypeId, columns, [Object.values(values).map(String)]);
}
