import type { NewColumn } from '../catalog/catalog-change.ts';
import { type DataType, text } from '../catalog/data-type.ts';
import { columnSql, type Table, tableSql } from '../catalog/entities.ts';
import { displayName } from '../catalog/identifier.ts';
import { type BoundQuery, columnValue, type OutputColumn } from '../sql/bind/bound-query.ts';
import { cast } from '../sql/bind/cast.ts';
import { QueryBinder } from '../sql/bind/query-binder.ts';
import { compilationError } from '../sql/error.ts';
import { FUNCTIONS } from '../sql/functions/registry.ts';
import { readColumnDefinition } from './column-definition.ts';
import { atTableConstraint, readTableConstraint, type WrittenConstraint } from './constraint-definition.ts';
import { type CreateOptions, createObject, readOptions } from './create-options.ts';
import { type StatementResult, status } from './result.ts';
import type { Statement } from './statement.ts';
import { addConstraints, copiedConstraints } from './table-constraint.ts';
import { newName, tableNamed } from './target.ts';

/** CREATE TABLE name (columns) | name [(columns)] AS query | name LIKE table | name CLONE table */
export async function createTable(statement: Statement, options: CreateOptions): Promise<StatementResult> {
  const { tokens, parser, environment } = statement;
  const name = newName(statement, tokens.name());
  const list = tokens.is('(') ? readColumns(statement) : null;
  const listed = list?.columns ?? null;
  const model = readModel(statement);
  const comment = readOptions(tokens);
  const query = tokens.accept('AS') ? new QueryBinder(environment, FUNCTIONS).bind(parser.query()) : null;
  tokens.expectEnd();
  if (!listed && !query && !model) throw tokens.unexpected();
  if (listed && !query && listed.some((column) => 'untyped' in column)) throw tokens.unexpected();
  const columns = model?.table.columns ?? columnsOf(listed, query);
  checkNames(columns);
  const { transient } = options;
  const made = await createObject(statement, options, name, async (change) => {
    const bare = await change.createTable({
      ...name,
      columns,
      transient,
      comment: comment ?? model?.table.comment ?? null,
    });
    const table = await addConstraints(statement, change, bare, list?.constraints ?? []);
    if (model) await change.setConstraints(table, copiedConstraints(model.table));
    if (query) {
      statement.watch(change.connection);
      await change.connection.run(fill(statement, table, query));
    }
    if (model?.withRows)
      await change.connection.run(`INSERT INTO ${tableSql(table)} SELECT * FROM ${tableSql(model.table)}`);
    return table;
  });
  const shownName = displayName(name.name);
  return status(
    made ? `Table ${shownName} successfully created.` : `${shownName} already exists, statement succeeded.`,
  );
}

/** A column of the list before AS may have no type; it takes the query's. */
type ListedColumn = NewColumn | { readonly name: string; readonly untyped: true };

function readColumns(statement: Statement): {
  columns: ListedColumn[];
  constraints: readonly WrittenConstraint[];
} {
  const { tokens } = statement;
  const constraints: WrittenConstraint[] = [];
  const columns: ListedColumn[] = [];
  tokens.parenthesized(() => {
    if (atTableConstraint(tokens)) constraints.push(readTableConstraint(tokens));
    else if (tokens.peek(1).value === ',' || tokens.peek(1).value === ')')
      columns.push({ name: tokens.identifier(), untyped: true });
    else {
      const definition = readColumnDefinition(statement);
      columns.push(definition.column);
      constraints.push(...definition.constraints);
    }
  });
  return { columns, constraints };
}

function readModel(statement: Statement): { table: Table; withRows: boolean } | null {
  const word = statement.tokens.acceptAny('LIKE', 'CLONE');
  return word ? { table: tableNamed(statement, statement.tokens.name()), withRows: word === 'CLONE' } : null;
}

function columnsOf(listed: readonly ListedColumn[] | null, query: BoundQuery | null): NewColumn[] {
  if (!query) return (listed ?? []) as NewColumn[];
  if (listed && listed.length !== query.columns.length) {
    throw compilationError('002026', '42601', 'Invalid column definition list');
  }
  return query.columns.map((column, index) => {
    const given = listed?.[index];
    return given && !('untyped' in given) ? given : plainColumn(given?.name ?? column.name, column);
  });
}

/** A column like one of a query, without default or comment. */
export function plainColumn(name: string, { type, nullable, untyped }: OutputColumn): NewColumn {
  const known: DataType = untyped ? text() : type;
  return {
    name,
    type: known,
    nullable,
    default: null,
    comment: null,
    identity: null,
    collation: null,
  };
}

function checkNames(columns: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name))
      throw compilationError('002025', '42S21', `duplicate column name '${displayName(name)}'`);
    seen.add(name);
  }
}

function fill(statement: Statement, table: Table, query: BoundQuery): string {
  const values = table.columns.map(
    (column, index) =>
      cast(columnValue(query, index, 's.'), column.type, statement.environment, 'assign').sql,
  );
  return `INSERT INTO ${tableSql(table)} (${table.columns.map(columnSql).join(', ')}) SELECT ${values.join(', ')} FROM (${query.sql}) AS s`;
}
