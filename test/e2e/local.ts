import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningEmulator, startEmulator } from 'local-snowflake';
import { mysqlForTests } from '../../scripts/mysql-server.mjs';
import { parsePrivateKey } from '../../src/config/private-key.ts';
import type { SnowflakeSettings } from '../../src/config/settings.ts';
import { openSession, type SnowflakeSession } from '../../src/snowflake/session.ts';
import { openQueriedSource, type QueriedSource } from '../source/queried-source.ts';

/** A MySQL database and a local Snowflake, both real and both our own. */
export interface Ends extends AsyncDisposable {
  readonly cwd: string;
  readonly mysql: Awaited<ReturnType<typeof mysqlForTests>>;
  readonly source: QueriedSource;
  readonly emulator: RunningEmulator;
  readonly snowflake: SnowflakeSession;
  /** Environment variables that lead to both. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * @param options `user` of the local Snowflake; `ownServer` for a test that sets global variables of MySQL or looks at
 * the whole server
 */
export async function startEnds(
  options: { readonly user?: string; readonly ownServer?: boolean } = {},
): Promise<Ends> {
  const cwd = mkdtempSync(join(tmpdir(), 'snowstream-e2e-'));
  const { ownServer = false, ...ofSnowflake } = options;
  const [mysql, emulator] = await Promise.all([
    mysqlForTests({ ownServer }),
    startEmulator({ dataDir: join(cwd, 'snowflake'), ...ofSnowflake }),
  ]);
  const source = await openQueriedSource({ ...mysql, ssl: 'disabled' });
  const snowflake = await openSession(settingsOf(emulator));
  return {
    cwd,
    mysql,
    source,
    emulator,
    snowflake,
    env: {
      MYSQL_URL: mysql.url,
      SNOWFLAKE_ACCOUNT: emulator.account,
      SNOWFLAKE_URL: emulator.url,
      SNOWFLAKE_USER: emulator.user,
      SNOWFLAKE_PRIVATE_KEY_PATH: emulator.privateKeyPath,
      SNOWFLAKE_DATABASE: emulator.database,
      SNOWFLAKE_SCHEMA: emulator.schema,
      SNOWFLAKE_WAREHOUSE: emulator.warehouse,
      SNOWFLAKE_ROLE: emulator.role,
    },
    async [Symbol.asyncDispose]() {
      await snowflake.close();
      await source.close();
      await emulator.stop();
      await mysql.drop();
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

export function settingsOf(emulator: RunningEmulator): SnowflakeSettings {
  const key = readFileSync(emulator.privateKeyPath, 'utf8');
  const privateKey = parsePrivateKey(key, undefined, emulator.privateKeyPath);
  return {
    account: emulator.account,
    url: emulator.url,
    user: emulator.user,
    streaming: { type: 'JWT', privateKey },
    sql: { authenticator: 'SNOWFLAKE_JWT', privateKey },
    database: emulator.database,
    schema: emulator.schema,
    warehouse: emulator.warehouse,
    role: emulator.role,
  };
}

/** Processes whose command line holds a text, this one left out. */
export function processesOf(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`];
      } catch {
        return []; // it ended while we looked
      }
    })
    .filter((line) => line.includes(text));
}
