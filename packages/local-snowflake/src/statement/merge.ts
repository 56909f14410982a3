import { type Column, columnSql, tableSql } from '../catalog/entities.ts';
import type { Binder } from '../sql/bind/binder.ts';
import { cast } from '../sql/bind/cast.ts';
import { FromBinder } from '../sql/bind/from-binder.ts';
import { QueryBinder } from '../sql/bind/query-binder.ts';
import { Scope } from '../sql/bind/scope.ts';
import { SqlError, unsupported } from '../sql/error.ts';
import { FUNCTIONS } from '../sql/functions/registry.ts';
import { readAssignments, readColumn, readTarget, type Target } from './change.ts';
import { assigned, checkCount, defaultValue } from './insert.ts';
import { counts, STATEMENT_TYPE } from './result.ts';
import { type Statement, type StatementHandler, writing } from './statement.ts';

/** MERGE INTO target USING source ON … WHEN [NOT] MATCHED [AND …] THEN … */
export const merge: StatementHandler = async (statement) => {
  const { tokens, parser, environment } = statement;
  tokens.expect('MERGE', 'INTO');
  const target = readTarget(statement);
  tokens.expect('USING');
  const queries = new QueryBinder(environment, FUNCTIONS);
  const source = new FromBinder(queries, null, new Map()).bind(parser.fromList());
  const both = queries.expressions(
    new Scope([target.relation, ...source.relations], null, source.merged ?? new Map()),
  );
  tokens.expect('ON');
  const on = boolean(both, both.bind(parser.expressions.expression()));
  const clauses: string[] = [];
  const updates: string[] = [];
  const kinds = new Set<'inserted' | 'updated' | 'deleted'>();
  // A row that matches nothing has no columns of the target.
  const alone = queries.expressions(new Scope(source.relations, null, source.merged));
  const binders = { matched: both, unmatched: alone };
  const closed = new Set<boolean>();
  if (!tokens.is('WHEN')) throw tokens.unexpected();
  while (tokens.accept('WHEN')) clauses.push(readClause(statement, target, binders, kinds, updates, closed));
  tokens.expectEnd();
  const sql = `MERGE INTO ${tableSql(target.table)} AS target USING ${source.sql} ON ${on} ${clauses.join(' ')} RETURNING merge_action`;
  const actions = statement.describeOnly
    ? []
    : await writing(statement, async (connection) => {
        if (updates.length > 0) {
          const some = `(${on}) AND (${updates.join(' OR ')})`;
          const pairs = `${tableSql(target.table)} AS target JOIN ${source.sql} ON ${some}`;
          const twice = `SELECT 1 FROM ${pairs} GROUP BY target.rowid HAVING count(*) > 1 LIMIT 1`;
          if ((await connection.runAndReadAll(twice)).currentRowCount > 0) throw duplicateRow();
        }
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

/** A row that several rows of the source want to change: nobody can say which of them wins. */
function duplicateRow(): SqlError {
  return new SqlError('100090', '42P18', 'Duplicate row detected during DML action');
}

function readClause(
  statement: Statement,
  target: Target,
  binders: { readonly matched: Binder; readonly unmatched: Binder },
  kinds: Set<'inserted' | 'updated' | 'deleted'>,
  updates: string[],
  /** The sorts of clause, matched or not, that had one without a condition. */
  closed: Set<boolean>,
): string {
  const { tokens, parser, environment } = statement;
  const matched = !tokens.accept('NOT');
  const binder = matched ? binders.matched : binders.unmatched;
  // After a clause without a condition, no row reaches another of its sort.
  if (closed.has(matched)) throw tokens.unexpected();
  tokens.expect('MATCHED');
  if (!tokens.is('AND')) closed.add(matched);
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
    tokens.expect('UPDATE');
    if (tokens.is('ALL', 'BY')) throw unsupported('MERGE … UPDATE ALL BY NAME');
    tokens.expect('SET');
    kinds.add('updated');
    updates.push(condition ? condition.slice(' AND '.length) : 'true');
    const set = readAssignments(statement, target.table).map(({ column, value }) => {
      const sql = value
        ? assigned(binder.bind(value), column, environment)
        : defaultValue(target.table, column, environment);
      return `${columnSql(column)} = ${sql}`;
    });
    return `${when} UPDATE SET ${set.join(', ')}`;
  }
  tokens.expect('INSERT');
  if (tokens.is('ALL', 'BY')) throw unsupported('MERGE … INSERT ALL BY NAME');
  kinds.add('inserted');
  return `${when} INSERT ${insertion(statement, target, binder)}`;
}

function insertion(statement: Statement, { table }: Target, binder: Binder): string {
  const { tokens, parser, environment } = statement;
  const columns: readonly Column[] = tokens.is('(')
    ? tokens.parenthesized(() => readColumn(statement, table))
    : table.columns;
  tokens.expect('VALUES');
  const given = tokens.parenthesized(() =>
    tokens.accept('DEFAULT') ? null : binder.bind(parser.expressions.expression()),
  );
  checkCount(columns.length, given.length);
  const values = new Map(columns.map((column, index) => [column.ordinal, given[index]]));
  const list = table.columns.map((column) => {
    const value = values.get(column.ordinal);
    return value ? assigned(value, column, environment) : defaultValue(table, column, environment);
  });
  return `(${table.columns.map(columnSql).join(', ')}) VALUES (${list.join(', ')})`;
}

function boolean(binder: Binder, value: Parameters<typeof cast>[0]): string {
  return cast(value, { kind: 'BOOLEAN' }, binder.environment).sql;
}
