import type { Table } from '../catalog/entities.ts';
import type { EmulatorContext } from '../context.ts';
import type { Faults } from '../faults/faults.ts';
import { CODE, messageOf, type StatusCode, StatusError } from '../protocol/codes.ts';
import { displayChannel, displayTable, type TableName } from '../protocol/names.ts';
import { type ChannelState, judgeOwner, opened } from './channel-state.ts';
import { ChannelStore } from './channel-store.ts';
import { isFilledByServer, streamedColumn } from './columns.ts';
import { forcedStatusCode } from './forced-codes.ts';
import {
  type ChannelRequest,
  dropRequest,
  type OpenRequest,
  openRequest,
  statusRequest,
} from './requests.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * `channels/open/`: makes the channel or takes it over, and describes the table. Opens run one after the
 * other, so n opens give the client sequencers 0 … n-1.
 */
export function openChannel(context: EmulatorContext, body: Json): Promise<Json> {
  const request = openRequest(body);
  return context.store.transaction(async (connection) => {
    const table = streamableTable(context, request);
    const channels = new ChannelStore(connection);
    const before = (await channels.channels(table, [request.channel])).get(request.channel);
    const state = opened(before, request.offsetToken);
    await (before
      ? channels.update(table, request.channel, state)
      : channels.insert(table, request.channel, state, context.clock.now()));
    const { id, key } = await channels.key(table);
    return {
      status_code: CODE.SUCCESS,
      message: messageOf(CODE.SUCCESS),
      ...displayTable(request),
      channel: displayChannel(request.channel),
      client_sequencer: state.clientSequencer,
      row_sequencer: state.rowSequencer,
      offset_token: state.offsetToken,
      table_columns: table.columns.map(streamedColumn),
      encryption_key: key,
      encryption_key_id: id,
    };
  });
}

/** `channels/status/`: what is committed of each channel, in the order of the request. */
export function channelsStatus(context: EmulatorContext, faults: Faults, body: Json): Promise<Json> {
  const requests = statusRequest(body);
  return context.store.read(async (connection) => {
    const channels = new ChannelStore(connection);
    const states = new Map<number, Promise<Map<string, ChannelState>>>();
    const stateOf = async (request: ChannelRequest): Promise<ChannelState | undefined> => {
      const table = context.catalog.table(request.database, request.schema, request.table);
      if (!table) return undefined;
      const all = states.get(table.id) ?? channels.channels(table, namesIn(requests, request));
      states.set(table.id, all);
      return (await all).get(request.channel);
    };
    const answers: Json[] = [];
    for (const request of requests) {
      const forced = forcedStatusCode(faults, request);
      answers.push(channelStatus(request, await stateOf(request), forced));
    }
    return { status_code: CODE.SUCCESS, message: messageOf(CODE.SUCCESS), channels: answers };
  });
}

/** `channels/drop/`: removes the channel; a client that names its sequencer removes only its own. */
export function dropChannel(context: EmulatorContext, body: Json): Promise<Json> {
  const request = dropRequest(body);
  return context.store.transaction(async (connection) => {
    const table = existingTable(context, request);
    const channels = new ChannelStore(connection);
    const state = (await channels.channels(table, [request.channel])).get(request.channel);
    const code = judgeOwner(state, request.clientSequencer);
    if (code !== CODE.SUCCESS) throw new StatusError(code);
    await channels.remove(table, request.channel);
    return {
      status_code: CODE.SUCCESS,
      message: messageOf(CODE.SUCCESS),
      ...displayTable(request),
      channel: displayChannel(request.channel),
    };
  });
}

function channelStatus(
  request: ChannelRequest,
  state: ChannelState | undefined,
  forced: StatusCode | undefined,
): Json {
  return {
    status_code: forced ?? judgeOwner(state, request.clientSequencer),
    persisted_row_sequencer: state?.rowSequencer ?? null,
    persisted_client_sequencer: state?.clientSequencer ?? null,
    persisted_offset_token: state?.offsetToken ?? null,
  };
}

function namesIn(requests: readonly ChannelRequest[], of: TableName): string[] {
  const same = requests.filter(
    (each) => each.database === of.database && each.schema === of.schema && each.table === of.table,
  );
  return [...new Set(same.map((each) => each.channel))];
}

function existingTable(context: EmulatorContext, name: TableName): Table {
  const database = context.catalog.database(name.database);
  if (!database) throw new StatusError(CODE.DATABASE_NOT_FOUND);
  const schema = database.schemas.get(name.schema);
  if (!schema) throw new StatusError(CODE.SCHEMA_NOT_FOUND);
  const table = schema.tables.get(name.table);
  if (!table) throw new StatusError(CODE.TABLE_NOT_FOUND);
  return table;
}

function streamableTable(context: EmulatorContext, request: OpenRequest): Table {
  const table = existingTable(context, request);
  const special = table.columns.some((column) => isFilledByServer(column) || column.collation !== null);
  if (table.view || special || request.iceberg) throw new StatusError(CODE.TABLE_NOT_SUPPORTED);
  return table;
}
