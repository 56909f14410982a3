import { parsePrivateKey } from './config/private-key.ts';
import type { LocalSettings, Settings } from './config/settings.ts';
import { withSnowflake } from './config/settings.ts';
import { SnowstreamError } from './errors.ts';
import { readGivenFile } from './file/given-file.ts';
import { canonicalName, quoteIdentifier } from './snowflake/identifier.ts';
import { openSession } from './snowflake/session.ts';
import { oneLine } from './terminal-text.ts';

/** Settings that lead to a local Snowflake, which is stopped with them. */
export interface LocalRun extends AsyncDisposable {
  readonly settings: Settings;
}

/** A local Snowflake that runs, and what a client needs to reach it. */
export type LocalSnowflake = import('./emulator.ts').RunningEmulator;

/** How to start one; `dataDir` keeps its data, and a later start there finds it again. */
export type LocalSnowflakeOptions = import('./emulator.ts').EmulatorOptions & {
  readonly dataDir: string;
};

/**
 * Starts the local Snowflake as a process of its own.
 *
 * @throws SnowstreamError CONFIG_MISSING when the optional package local-snowflake is not installed, CONFIG_INVALID
 * when it does not start: the port is taken, the data in use, the public key none.
 */
export async function startLocalSnowflake(options: LocalSnowflakeOptions): Promise<LocalSnowflake> {
  const { startEmulator } = await emulator();
  try {
    return await startEmulator(options);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new SnowstreamError('CONFIG_INVALID', oneLine(message), { cause });
  }
}

/**
 * Starts a local Snowflake for one run, with the databases and schemas that the settings name.
 *
 * @param dataDir as for {@link startLocalSnowflake}
 */
export async function localSnowflake(settings: LocalSettings, dataDir: string): Promise<LocalRun> {
  const running = await startLocalSnowflake({ dataDir });
  try {
    const { privateKeyPath } = running;
    const privateKey = parsePrivateKey(
      readGivenFile(privateKeyPath).bytes.toString(),
      undefined,
      privateKeyPath,
    );
    const login = withSnowflake(settings, {
      account: running.account,
      url: running.url,
      user: running.user,
      streaming: { type: 'JWT', privateKey },
      sql: { authenticator: 'SNOWFLAKE_JWT', privateKey },
    });
    const { role, warehouse } = running;
    const whole = { ...login, snowflake: { ...login.snowflake, role, warehouse } };
    await createNames(whole);
    return { settings: whole, [Symbol.asyncDispose]: () => running.stop() };
  } catch (error) {
    await running.stop();
    throw error;
  }
}

async function createNames(settings: Settings): Promise<void> {
  await using session = await openSession(settings.snowflake);
  for (const { target } of settings.tables) {
    const database = quoteIdentifier(canonicalName(target.database));
    await session.execute(`CREATE DATABASE IF NOT EXISTS ${database}`);
    await session.execute(
      `CREATE SCHEMA IF NOT EXISTS ${database}.${quoteIdentifier(canonicalName(target.schema))}`,
    );
  }
}

/** The package is optional: who only loads into an account needs neither DuckDB nor a web framework. */
async function emulator(): Promise<typeof import('./emulator.ts')> {
  try {
    return await import('./emulator.ts');
  } catch (cause) {
    throw new SnowstreamError(
      'CONFIG_MISSING',
      'the local Snowflake needs the package local-snowflake: npm install --include=optional',
      { cause },
    );
  }
}
