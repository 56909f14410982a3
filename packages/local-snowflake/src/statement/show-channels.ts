import { text } from '../catalog/data-type.ts';
import { STATEMENT_TYPE, type StatementResult, table } from './result.ts';
import { chosen, columns, type ShowOptions, timeCell } from './show-list.ts';
import { reading, type Statement } from './statement.ts';

/** SHOW CHANNELS: the channels of the streaming API with the offset token that is committed. */
export async function showChannels(statement: Statement, options: ShowOptions): Promise<StatementResult> {
  const tables = options.table
    ? [options.table]
    : options.scope.flatMap((schema) => [...schema.tables.values()]);
  const byId = new Map(tables.map((each) => [each.id, each]));
  const reader = await reading(statement, (connection) =>
    connection.runAndReadAll(
      'SELECT table_id, name, client_sequencer, row_sequencer, offset_token, created_on FROM store.streaming.channel',
    ),
  );
  const channels = reader.getRows().flatMap(([id, name, client, row, offset, created]) => {
    const owner = byId.get(Number(id));
    return owner ? [{ owner, name: String(name), client, row, offset, created: Number(created) }] : [];
  });
  const rows = chosen(channels, options, ({ name }) => name).map(
    ({ owner, name, client, row, offset, created }) => [
      timeCell(created),
      name,
      owner.database,
      owner.schema,
      owner.name,
      String(client),
      String(row),
      offset === null ? null : String(offset),
    ],
  );
  const names =
    'created_on name database_name schema_name table_name client_sequencer row_sequencer offset_token';
  return table(STATEMENT_TYPE.SHOW, columns(names, { offset_token: text() }), rows);
}
