import { resolve } from 'node:path';
import { type ExitCode, SnowstreamError } from '../errors.ts';
import { startLocalSnowflake } from '../local-snowflake.ts';

/** Flags of `local`. */
export interface LocalFlags {
  readonly port?: string;
  readonly data?: string;
  readonly json?: true;
}

/** `snowstream local`: a local Snowflake until a signal comes. */
export async function localCommand({ port, data, json }: LocalFlags): Promise<ExitCode> {
  const running = await startLocalSnowflake(resolve(data ?? '.snowstream/snowflake'), portOf(port));
  const { stop: _stop, exited: _exited, ...fields } = running;
  process.stdout.write(`${json ? JSON.stringify(fields) : settingsText(running)}\n`);
  await new Promise<void>((done) => {
    process.once('SIGINT', () => done()).once('SIGTERM', () => done());
    // The Snowflake may end first: then there is nothing left to wait for.
    void running.exited.then(() => done());
  });
  await running.stop();
  return 0;
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new SnowstreamError(
    'CONFIG_INVALID',
    `--port ${text} is no port: it must be a whole number from 1 to 65535`,
  );
}

type Running = Awaited<ReturnType<typeof startLocalSnowflake>>;

function settingsText(local: Running): string {
  return `A local Snowflake listens at ${local.url} (data in ${local.dataDir}). Ctrl-C stops it.

# .env for snowstream
SNOWFLAKE_ACCOUNT=${local.account}
SNOWFLAKE_URL=${local.url}
SNOWFLAKE_USER=${local.user}
SNOWFLAKE_PRIVATE_KEY_PATH=${local.privateKeyPath}
SNOWFLAKE_ROLE=${local.role}
SNOWFLAKE_WAREHOUSE=${local.warehouse}
SNOWFLAKE_DATABASE=${local.database}
SNOWFLAKE_SCHEMA=${local.schema}

# JDBC
jdbc:snowflake://${local.host}:${local.port}/?ssl=off&account=${local.account}&user=${local.user}&db=${local.database}&schema=${local.schema}&private_key_file=${local.privateKeyPath}

# Python
snowflake.connector.connect(host="${local.host}", port=${local.port}, protocol="http", account="${local.account}", user="${local.user}", password="${local.password}", database="${local.database}", schema="${local.schema}")
`;
}
