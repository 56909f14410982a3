import { type Column, columnSql, tableSql } from '../catalog/entities.ts';
import { cast } from '../sql/bind/cast.ts';
import type { ExpressionBinder } from '../sql/bind/expression-binder.ts';
import { FromBinder } from '../sql/bind/from-binder.ts';
import { QueryBinder } from '../sql/bind/query-binder.ts';
import { Scope } from '../sql/bind/scope.ts';
import { readAssignments, readColumn, readTarget, type Target } from './change.ts';
import { assigned, defaultValue } from './insert.ts';
import { counts, STATEMENT_TYPE } from './result.ts';
import { type Statement, type StatementHandler, writing } from './statement.ts';

/** MERGE INTO target USING source ON … WHEN [NOT] MATCHED [AND …] THEN … */
export const merge: StatementHandler = async (statement) => {
  const { tokens, parser, environment } = statement;
  tokens.expect('MERGE', 'INTO');
  const target = readTarget(statement);
  tokens.expect('USING');
  const queries = new QueryBinder(environment);
  const source = new FromBinder(queries, null, new Map()).bind(parser.fromList());
  const both = queries.expressions(new Scope([target.relation, ...source.relations]));
  tokens.expect('ON');
  const on = boolean(both, both.bind(parser.expressions.expression()));
  const clauses: string[] = [];
  const kinds = new Set<'inserted' | 'updated' | 'deleted'>();
  while (tokens.accept('WHEN')) clauses.push(readClause(statement, target, both, kinds));
  tokens.expectEnd();
  const sql = `MERGE INTO ${tableSql(target.table)} AS target USING ${source.sql} ON ${on} ${clauses.join(' ')} RETURNING merge_action`;
  const actions = statement.describeOnly
    ? []
    : await writing(statement, async (connection) => {
        const reader = await connection.runAndReadAll(sql);
        return reader.getRows().map(([action]) => String(action));
      });
  const done = (action: string): number => actions.filter((each) => each === action).length;
  return counts(STATEMENT_TYPE.MERGE, {
    ...(kinds.has('inserted') && { 'number of rows inserted': done('INSERT') }),
    ...(kinds.has('updated') && { 'number of rows updated': done('UPDATE') }),
    ...(kinds.has('deleted') && { 'number of rows deleted': done('DELETE') }),
  });
};

function readClause(
  statement: Statement,
  target: Target,
  binder: ExpressionBinder,
  kinds: Set<'inserted' | 'updated' | 'deleted'>,
): string {
  const { tokens, parser, environment } = statement;
  const matched = !tokens.accept('NOT');
  tokens.expect('MATCHED');
  const condition = tokens.accept('AND')
    ? ` AND ${boolean(binder, binder.bind(parser.expressions.expression()))}`
    : '';
  const when = `WHEN ${matched ? '' : 'NOT '}MATCHED${condition} THEN`;
  tokens.expect('THEN');
  if (matched && tokens.accept('DELETE')) {
    kinds.add('deleted');
    return `${when} DELETE`;
  }
  if (matched) {
    tokens.expect('UPDATE', 'SET');
    kinds.add('updated');
    const set = readAssignments(statement, target.table).map(({ column, value }) => {
      const sql = value
        ? assigned(binder.bind(value), column, environment)
        : defaultValue(target.table, column, environment);
      return `${columnSql(column)} = ${sql}`;
    });
    return `${when} UPDATE SET ${set.join(', ')}`;
  }
  tokens.expect('INSERT');
  kinds.add('inserted');
  return `${when} INSERT ${insertion(statement, target, binder)}`;
}

function insertion(statement: Statement, { table }: Target, binder: ExpressionBinder): string {
  const { tokens, parser, environment } = statement;
  const columns: readonly Column[] = tokens.is('(')
    ? tokens.parenthesized(() => readColumn(statement, table))
    : table.columns;
  tokens.expect('VALUES');
  const given = tokens.parenthesized(() =>
    tokens.accept('DEFAULT') ? null : binder.bind(parser.expressions.expression()),
  );
  const values = new Map(columns.map((column, index) => [column.ordinal, given[index]]));
  const list = table.columns.map((column) => {
    const value = values.get(column.ordinal);
    return value ? assigned(value, column, environment) : defaultValue(table, column, environment);
  });
  return `(${table.columns.map(columnSql).join(', ')}) VALUES (${list.join(', ')})`;
}

function boolean(binder: ExpressionBinder, value: Parameters<typeof cast>[0]): string {
  return cast(value, { kind: 'BOOLEAN' }, binder.environment).sql;
}
