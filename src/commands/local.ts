import { existsSync, statSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { resolve } from 'node:path';
import { inspectSettings } from '../config/load.ts';
import { SnowstreamError } from '../errors.ts';
import { type LocalSnowflakeOptions, startLocalSnowflake } from '../local-snowflake.ts';
import { canonicalName, quoteIdentifier } from '../snowflake/identifier.ts';
import type { CommandOutput } from './command-output.ts';
import { connectionLines } from './local-text.ts';

/** Flags of `local`. */
export interface LocalFlags {
  readonly host?: string;
  readonly port?: string;
  readonly data?: string;
  readonly stage?: string;
  readonly user?: string;
  readonly publicKey?: string;
  readonly password?: string;
  readonly account?: string;
  readonly faults?: readonly string[];
  readonly faultSeed?: string;
}

/** `snowstream local`: a local Snowflake until a signal comes. */
export async function localCommand(given: LocalFlags, output: CommandOutput): Promise<void> {
  const flags = withoutEmpty(given);
  const options = checked(flags);
  for (const warning of warnings(flags)) output.warn(warning);
  // A signal that comes while it starts ends it as well.
  const signalled = new Promise<true>((resolve) => {
    process.once('SIGINT', () => resolve(true)).once('SIGTERM', () => resolve(true));
  });
  const running = await startLocalSnowflake({ ...options, ...namesOfRuns() });
  const { stop: _stop, exited: _exited, ...document } = running;
  const lines = connectionLines(running, { publicKey: flags.publicKey, faults: flags.faults ?? [] });
  output.print({ document, lines });
  const isStopped = await Promise.race([signalled, running.exited.then(() => false)]);
  await running.stop();
  if (!isStopped)
    throw new SnowstreamError('SNOWFLAKE_UNREACHABLE', 'the local Snowflake has ended by itself');
}

/** Database and schema that `run --local` loads into here, so that what it has loaded is found by what is printed. */
function namesOfRuns(): Pick<LocalSnowflakeOptions, 'database' | 'schema'> {
  const { snowflake } = inspectSettings({ local: true }).settings;
  if (snowflake === undefined) return {};
  const written = (name: string) => quoteIdentifier(canonicalName(name));
  return { database: written(snowflake.database), schema: written(snowflake.schema) };
}

/** An empty value counts as none, as it does for settings; but an empty password is a mistake that somebody must see. */
function withoutEmpty(flags: LocalFlags): LocalFlags {
  return Object.fromEntries(
    Object.entries(flags).filter(([name, value]) => value !== '' || name === 'password'),
  );
}

function checked(flags: LocalFlags): LocalSnowflakeOptions {
  const { host, port, stage, user, publicKey, password, account, faults, faultSeed } = flags;
  const dataDir = resolve(flags.data ?? '.snowstream/snowflake');
  if (existsSync(dataDir) && !statSync(dataDir).isDirectory()) {
    throw wrong(`--data ${flags.data} is a file: it must be a folder`);
  }
  if (host !== undefined && !isIPv4(host)) {
    throw wrong(`invalid --host ${host}: expected an IPv4 address of this machine, or 0.0.0.0 for all`);
  }
  if (stage !== undefined && stage !== 'local' && stage !== 's3') {
    throw wrong(`invalid --stage ${stage}: expected local or s3`);
  }
  if (user !== undefined && !/^[A-Za-z_][\w$]*$/.test(user)) {
    throw wrong(`invalid --user ${user}: expected letters, digits, _ and $`);
  }
  if (password === '') throw wrong('--password is empty');
  if (account !== undefined && !/^[A-Za-z][\w-]*$/.test(account)) {
    throw wrong(`invalid --account ${account}: expected letters, digits, _ and -`);
  }
  return {
    dataDir,
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port: portOf(port) }),
    ...(stage !== undefined && { stage }),
    ...(user !== undefined && { user }),
    ...(publicKey !== undefined && { publicKeyPath: resolve(publicKey) }),
    ...(password !== undefined && { password }),
    ...(account !== undefined && { account }),
    ...(faults !== undefined && { faults }),
    ...(faultSeed !== undefined && { faultSeed: seedOf(faultSeed) }),
  };
}

function warnings({ host, password }: LocalFlags): string[] {
  return [
    ...(host !== undefined && !host.startsWith('127.')
      ? [
          `--host ${host} makes the local Snowflake reachable for other machines, without encryption; its page and admin API stay on this machine`,
        ]
      : []),
    ...(password === undefined ? [] : ['--password is visible in the process list while this runs']),
  ];
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw wrong(`invalid --port ${text}: expected a number from 1 to 65535`);
}

function seedOf(text: string): number {
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (seed < 2 ** 32) return seed;
  throw wrong(`invalid --fault-seed ${text}: expected a whole number below 2^32`);
}

function wrong(message: string): SnowstreamError {
  return new SnowstreamError('CONFIG_INVALID', message);
}
