import { displayName } from '../catalog/identifier.ts';
import { noDatabase } from '../sql/bind/qualified-name.ts';
import { QueryBinder } from '../sql/bind/query-binder.ts';
import { compilationError } from '../sql/error.ts';
import { FUNCTIONS } from '../sql/functions/registry.ts';
import { type CreateOptions, createObject, readOptions } from './create-options.ts';
import { plainColumn } from './create-table.ts';
import { type StatementResult, status } from './result.ts';
import type { Statement } from './statement.ts';
import { newName } from './target.ts';

/** CREATE VIEW name [(columns)] AS query: the query's text is kept, and read again each time. */
export async function createView(statement: Statement, options: CreateOptions): Promise<StatementResult> {
  const { tokens, parser, environment } = statement;
  const name = newName(statement, tokens.name());
  const names = tokens.is('(') ? tokens.parenthesized(() => readViewColumn(statement)) : null;
  tokens.accept('COPY', 'GRANTS');
  const comment = readOptions(tokens);
  tokens.expect('AS');
  const start = tokens.peek().start;
  const query = new QueryBinder(environment, FUNCTIONS).bind(parser.query());
  const sql = tokens.sql.slice(start, tokens.last.end);
  tokens.expectEnd();
  if (names && names.length !== query.columns.length) {
    throw compilationError('002026', '42601', 'Invalid column definition list');
  }
  const { database, schema } = environment;
  if (database === null || schema === null) throw noDatabase();
  const columns = query.columns.map((column, index) => plainColumn(names?.[index] ?? column.name, column));
  const view = { sql, database, schema };
  const made = await createObject(statement, options, name, (change) =>
    change.createTable({ ...name, columns, view, comment }),
  );
  const shownName = displayName(name.name);
  return status(
    made ? `View ${shownName} successfully created.` : `${shownName} already exists, statement succeeded.`,
  );
}

function readViewColumn({ tokens }: Statement): string {
  const name = tokens.identifier();
  if (tokens.accept('COMMENT')) tokens.string();
  return name;
}
