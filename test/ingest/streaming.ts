import { join } from 'node:path';
import { local } from '../../scripts/setup/places.mjs';
import { classPath } from '../../src/bridge/jars.ts';
import { ensureJvm, type Jvm } from '../../src/bridge/jvm.ts';
import { parsePrivateKey } from '../../src/config/private-key.ts';
import {
  StreamingIngestClient,
  type StreamingIngestClientSettings,
} from '../../src/ingest/classic-client.ts';
import { DATABASE, type StreamingEmulator } from '../emulator/streaming/emulator.ts';

/** The JVM of a test file. */
export function startJvm(): Promise<Jvm> {
  return ensureJvm({ classPath: classPath(), logFile: join(local, 'test-java.log'), options: ['-Xmx256m'] });
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
