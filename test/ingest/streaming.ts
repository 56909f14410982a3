import { join } from 'node:path';
import {
  DATABASE,
  type StreamingEmulator,
  startStreaming,
} from '../../packages/local-snowflake/test/streaming/emulator.ts';
import { local } from '../../scripts/setup/places.mjs';
import { classPath } from '../../src/bridge/jars.ts';
import { ensureJvm, type Jvm } from '../../src/bridge/jvm.ts';
import type { RowBatch } from '../../src/bridge/row-bridge.ts';
import { parsePrivateKey } from '../../src/config/private-key.ts';
import type { OnError } from '../../src/config/settings.ts';
import { SnowstreamError } from '../../src/errors.ts';
import type { StreamingIngestChannel } from '../../src/ingest/classic-channel.ts';
import {
  StreamingIngestClient,
  type StreamingIngestClientSettings,
} from '../../src/ingest/classic-client.ts';
import type { Cell } from '../../src/types/cell.ts';
import type { JavaKind } from '../../src/types/family.ts';
import { javaLogOr, stopJvm } from '../fixtures/jvm.ts';

/** The JVM of a test file, with the options of a run: it may be one that the files of a process share. */
export function startJvm(): Promise<Jvm> {
  return ensureJvm({
    classPath: classPath(),
    logFile: javaLogOr(join(local, 'test-java.log')),
    options: ['-Xmx256m', '-XX:+UseSerialGC'],
  });
}

/** A client of the official SDK at a local Snowflake. */
export function openClient(
  jvm: Jvm,
  emulator: Pick<StreamingEmulator, 'url' | 'privateKey'>,
  more: Partial<StreamingIngestClientSettings> = {},
): Promise<StreamingIngestClient> {
  const pem = emulator.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const privateKey = parsePrivateKey(pem, undefined, 'the key of the test');
  return StreamingIngestClient.open(jvm, {
    name: 'TEST_CLIENT',
    connection: {
      account: 'LOCAL',
      url: emulator.url,
      user: 'U1',
      role: 'R1',
      streaming: { type: 'JWT', privateKey },
      sql: { authenticator: 'SNOWFLAKE_JWT', privateKey },
    },
    ...more,
  });
}

export const tableName = (table: string) => ({ database: DATABASE, schema: 'PUBLIC', table });

/** How rows may go over the bridge. */
export const WAYS = ['batch', 'cell'] as const;
export type Way = (typeof WAYS)[number];

/** The columns that most tests write. */
export const COLUMNS = { ID: 'NUMBER(10,0)!', NAME: 'VARCHAR(5)', BORN: 'DATE' };
const carried = Object.entries({ ID: 'Long', NAME: 'String', BORN: 'LocalDate' }).map(([key, java]) => ({
  key,
  encoder: { java: java as JavaKind, text: String },
}));

/** A batch of {@link COLUMNS}. */
export const batch = (offsetToken: string, ...rows: Cell[][]): RowBatch => ({
  rows,
  columns: carried,
  offsetToken,
});

/** A local Snowflake, a JVM, and a client of the SDK for each way. */
export interface ChannelTest extends AsyncDisposable {
  readonly emulator: StreamingEmulator;
  readonly jvm: Jvm;
  readonly clients: Readonly<Record<Way, StreamingIngestClient>>;
  open(table: string, onError?: OnError, way?: Way, channel?: string): Promise<StreamingIngestChannel>;
}

export async function startChannelTest(): Promise<ChannelTest> {
  const emulator = await startStreaming();
  const jvm = await startJvm();
  const settings = { maxClientLag: 1000 };
  const clients = {
    batch: await openClient(jvm, emulator, { ...settings, bridge: 'batch' }),
    cell: await openClient(jvm, emulator, { ...settings, bridge: 'cell' }),
  };
  return {
    emulator,
    jvm,
    clients,
    open: (table, onError = 'CONTINUE', way = 'batch', channel = 'CH') =>
      clients[way].openChannel({ channel, table: tableName(table), onError }),
    async [Symbol.asyncDispose]() {
      for (const client of Object.values(clients)) await client.close();
      stopJvm();
      await emulator[Symbol.asyncDispose]();
    },
  };
}

/** The error that a promise ends with. */
export async function errorOf(run: Promise<unknown>): Promise<SnowstreamError> {
  const error = await run.then(
    () => undefined,
    (thrown) => thrown,
  );
  if (error instanceof SnowstreamError) return error;
  throw error ?? new Error('nothing was thrown');
}
