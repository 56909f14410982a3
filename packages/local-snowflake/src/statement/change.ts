import { type Column, columnSql, type Table, tableSql } from '../catalog/entities.ts';
import type { Expression, FromItem } from '../sql/ast.ts';
import { cast } from '../sql/bind/cast.ts';
import { FromBinder } from '../sql/bind/from-binder.ts';
import { QueryBinder } from '../sql/bind/query-binder.ts';
import { type Relation, Scope } from '../sql/bind/scope.ts';
import { typed } from '../sql/bind/typed.ts';
import { invalidIdentifier } from '../sql/error.ts';
import { FUNCTIONS } from '../sql/functions/registry.ts';
import type { Token } from '../sql/token.ts';
import { assigned, defaultValue } from './insert.ts';
import { counts, STATEMENT_TYPE, status } from './result.ts';
import { type Statement, type StatementHandler, writing } from './statement.ts';
import { tableNamed } from './target.ts';

/** The table that UPDATE, DELETE or MERGE changes; DuckDB knows it as `target`. */
export interface Target {
  readonly table: Table;
  readonly relation: Relation;
}

/** Reads the table's name and alias. */
export function readTarget(statement: Statement): Target {
  const { tokens } = statement;
  const table = tableNamed(statement, tokens.name());
  const aliased =
    tokens.accept('AS') || (tokens.atIdentifier && !['SET', 'USING', 'WHERE'].includes(tokens.peek().value));
  const qualifier = aliased ? [tokens.identifier()] : [table.database, table.schema, table.name];
  const columns = table.columns.map((column) => ({
    name: column.name,
    value: typed(`target.${columnSql(column)}`, column.type, column.nullable),
  }));
  return { table, relation: { qualifier, columns } };
}

/** A column of the target by the next name, qualified perhaps. */
export function readColumn({ tokens }: Statement, table: Table): Column {
  const at: Token = tokens.peek();
  const name = tokens.name();
  const column = table.columns.find((each) => each.name === name.at(-1));
  if (!column) throw invalidIdentifier(name.join('.'), at);
  return column;
}

/** `column = value, …` */
export function readAssignments(
  statement: Statement,
  table: Table,
): { column: Column; value: Expression | null }[] {
  const { tokens, parser } = statement;
  const assignments: { column: Column; value: Expression | null }[] = [];
  do {
    const column = readColumn(statement, table);
    tokens.expect('=');
    assignments.push({ column, value: tokens.accept('DEFAULT') ? null : parser.expressions.expression() });
  } while (tokens.accept(','));
  return assignments;
}

/** UPDATE table SET … [FROM …] [WHERE …] */
export const update: StatementHandler = async (statement) => {
  const { tokens, parser, environment } = statement;
  tokens.expect('UPDATE');
  const target = readTarget(statement);
  tokens.expect('SET');
  const assignments = readAssignments(statement, target.table);
  const source = tokens.accept('FROM') ? parser.fromList() : null;
  const { binder, fromSql, where } = sources(statement, target, source);
  tokens.expectEnd();
  const set = assignments.map(({ column, value }) => {
    const sql = value
      ? assigned(binder.bind(value), column, environment)
      : defaultValue(target.table, column, environment);
    return `${columnSql(column)} = ${sql}`;
  });
  const from = fromSql ? ` FROM ${fromSql}` : '';
  const sql = `UPDATE ${tableSql(target.table)} AS target SET ${set.join(', ')}${from}${where}`;
  // DuckDB counts a row once for each row of FROM that it is joined to.
  const pairs = `SELECT count(*) AS n FROM ${tableSql(target.table)} AS target, ${fromSql}${where} GROUP BY target.rowid`;
  const [updated = 0, several = 0] = fromSql
    ? await joinedRows(statement, `SELECT count(*), count(CASE WHEN n > 1 THEN 1 END) FROM (${pairs})`, sql)
    : [await rowsChanged(statement, sql)];
  return counts(STATEMENT_TYPE.UPDATE, {
    'number of rows updated': updated,
    'number of multi-joined rows updated': several,
  });
};

/** DELETE FROM table [USING …] [WHERE …] */
export const remove: StatementHandler = async (statement) => {
  const { tokens, parser } = statement;
  tokens.expect('DELETE', 'FROM');
  const target = readTarget(statement);
  const source = tokens.accept('USING') ? parser.fromList() : null;
  const { fromSql, where } = sources(statement, target, source);
  tokens.expectEnd();
  const sql = `DELETE FROM ${tableSql(target.table)} AS target${fromSql ? ` USING ${fromSql}` : ''}${where}`;
  const changed = await rowsChanged(statement, sql);
  return counts(STATEMENT_TYPE.DELETE, { 'number of rows deleted': changed });
};

async function rowsChanged(statement: Statement, sql: string): Promise<number> {
  if (statement.describeOnly) return 0;
  return writing(statement, async (connection) => (await connection.run(sql)).rowsChanged);
}

/** Counts the rows that a change is about to make, and makes it. */
async function joinedRows(statement: Statement, counting: string, sql: string): Promise<number[]> {
  if (statement.describeOnly) return [];
  return writing(statement, async (connection) => {
    const [row = []] = (await connection.runAndReadAll(counting)).getRows();
    await connection.run(sql);
    return row.map(Number);
  });
}

function sources(statement: Statement, target: Target, source: FromItem | null) {
  const { tokens, parser, environment } = statement;
  const queries = new QueryBinder(environment, FUNCTIONS);
  const from = source ? new FromBinder(queries, null, new Map()).bind(source) : null;
  const scope = new Scope([target.relation, ...(from?.relations ?? [])]);
  const binder = queries.expressions(scope);
  const condition = tokens.accept('WHERE') ? binder.bind(parser.expressions.expression()) : null;
  const where = condition ? ` WHERE ${cast(condition, { kind: 'BOOLEAN' }, environment).sql}` : '';
  return { binder, fromSql: from?.sql ?? '', where };
}

/** TRUNCATE [TABLE] [IF EXISTS] table */
export const truncate: StatementHandler = async (statement) => {
  const { tokens, environment } = statement;
  tokens.expect('TRUNCATE');
  tokens.accept('TABLE');
  const tolerant = tokens.accept('IF', 'EXISTS');
  const name = tokens.name();
  tokens.expectEnd();
  const known = (): boolean => {
    try {
      return Boolean(tableNamed(statement, name));
    } catch (error) {
      if (tolerant) return false;
      throw error;
    }
  };
  if (!known()) return status('Statement executed successfully.');
  const table = tableNamed({ ...statement, environment }, name);
  await writing(statement, (connection) => connection.run(`DELETE FROM ${tableSql(table)}`));
  return status('Statement executed successfully.');
};
