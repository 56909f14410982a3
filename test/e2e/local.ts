import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningEmulator, startEmulator } from 'local-snowflake';
import { mysqlForTests } from '../../scripts/mysql-server.mjs';
import { parsePrivateKey } from '../../src/config/private-key.ts';
import type { SnowflakeSettings } from '../../src/config/settings.ts';
import { openSession, type SnowflakeSession } from '../../src/snowflake/session.ts';
import { type SharedSnowflake, sharedSnowflake } from '../fixtures/shared-snowflake.ts';
import { openQueriedSource, type QueriedSource } from '../source/queried-source.ts';

/** A MySQL database and one in a local Snowflake, both real. */
export interface Ends extends AsyncDisposable {
  readonly cwd: string;
  readonly mysql: Awaited<ReturnType<typeof mysqlForTests>>;
  readonly source: QueriedSource;
  readonly emulator: RunningEmulator;
  readonly snowflake: SnowflakeSession;
  /** Environment variables that lead to both. */
  readonly env: NodeJS.ProcessEnv;
}

/** What a test needs for itself alone; everything else is shared with the other files of a run. */
export interface OwnEnds {
  /** A MySQL server of its own, for who sets global variables or looks at the whole server. */
  readonly ownServer?: boolean;
  /** A local Snowflake of its own, for who injects faults, looks at the whole account, or stops it. */
  readonly ownSnowflake?: boolean;
  /** The user of a local Snowflake of its own. */
  readonly user?: string;
}

/** A MySQL database and a Snowflake database for a test file, both empty, and a session at each. */
export async function startEnds({
  ownServer = false,
  ownSnowflake = false,
  user,
}: OwnEnds = {}): Promise<Ends> {
  const cwd = mkdtempSync(join(tmpdir(), 'snowstream-e2e-'));
  const shared = ownSnowflake || user !== undefined ? undefined : sharedSnowflake();
  const [mysql, emulator] = await Promise.all([
    mysqlForTests({ ownServer }),
    shared
      ? databaseOf(shared)
      : startEmulator({ dataDir: join(cwd, 'snowflake'), ...(user !== undefined && { user }) }),
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

/** A database of its own in a shared local Snowflake; to stop it drops the database. */
async function databaseOf(shared: SharedSnowflake): Promise<RunningEmulator> {
  const database = `DB_${randomBytes(6).toString('hex').toUpperCase()}`;
  const inShared = async (statement: string) => {
    await using session = await openSession(settingsOf(shared));
    await session.execute(statement);
  };
  await inShared(`CREATE DATABASE ${database}`);
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= inShared(`DROP DATABASE ${database}`);
    return stopped;
  };
  const exited = new Promise<void>(() => undefined);
  return { ...shared, database, stop, exited, [Symbol.asyncDispose]: stop };
}

export function settingsOf(emulator: SharedSnowflake): SnowflakeSettings {
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
