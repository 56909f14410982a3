import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Table } from '../../src/catalog/entities.ts';
import { type StreamingEmulator, startStreaming } from './emulator.ts';
import { type OpenedChannel, RawClient } from './raw-client.ts';

/** A table T of `ID NUMBER(18,0) NOT NULL, NAME VARCHAR(10)`, empty, and its channels. */
export interface StreamingTable {
  readonly emulator: StreamingEmulator;
  readonly client: RawClient;
  readonly table: Table;
  readonly channels: readonly OpenedChannel[];
}

/**
 * Starts the streaming endpoints before the tests of a file, makes T anew before each of them, and ends them behind all.
 *
 * @param names of the channels that are opened
 * @param take is given what there is before each test
 */
export function streamingTableOfFile(names: readonly string[], take: (made: StreamingTable) => void): void {
  let emulator: StreamingEmulator;
  let client: RawClient;
  beforeAll(async () => {
    emulator = await startStreaming();
    client = new RawClient(emulator);
  });
  afterAll(() => emulator[Symbol.asyncDispose]());
  beforeEach(async () => {
    const table = await emulator.createTable('T', { ID: 'NUMBER(18,0)!', NAME: 'VARCHAR(10)' });
    const channels: OpenedChannel[] = [];
    for (const name of names) channels.push(await client.open('T', name));
    take({ emulator, client, table, channels });
  });
}

/** The rows of a table. */
export async function countOf(emulator: StreamingEmulator, table: Table): Promise<number> {
  return Number((await emulator.rows(table, 'count(*)'))[0]?.[0]);
}

/** Status code, row sequencer and offset token of channels, as a client is answered. */
export async function committedOf(
  client: RawClient,
  channels: readonly OpenedChannel[],
): Promise<unknown[][]> {
  return (await client.status(...channels)).body.channels.map((each) => [
    each.status_code,
    each.persisted_row_sequencer,
    each.persisted_offset_token,
  ]);
}
