import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { canonicalName } from './catalog/identifier.ts';
import { loadCredentials } from './credentials.ts';
import { openDataFolder } from './data-folder.ts';
import { Emulator } from './emulator.ts';
import { LocalSnowflakeError, type LocalSnowflakeErrorCode } from './errors.ts';
import { Faults } from './faults/faults.ts';
import { parseFaultFlag, parseFaultSeed } from './faults/flag.ts';
import { logLine } from './log.ts';
import type { EmulatorSettings } from './settings.ts';
import { oneLine, visibleJson } from './terminal-text.ts';

const USAGE = `Usage: local-snowflake [options]

Starts a Snowflake for tests and development, and prints what clients need as one line of JSON.

  --data FOLDER        keep data, key and password there (default: a temporary folder, removed at the end)
  --host ADDRESS       listen on this address (default: 127.0.0.1)
  --port PORT          listen on this port (default: a free one)
  --stage local|s3     how streaming clients deliver blobs: in a shared folder (default), or as to S3
  --stage-dir FOLDER   the shared folder (default: stage in the data folder)
  --user NAME          the one user (default: LOCAL_USER)
  --public-key FILE    PEM of the user's RSA public key (default: a pair is made)
  --account NAME       the account (default: LOCAL)
  --database NAME      the default database (default: LOCAL_DB)
  --schema NAME        the default schema (default: PUBLIC)
  --faults FAULT       inject a fault, such as register:code=7:count=3; may be repeated
  --fault-seed SEED    repeat the random decisions of an earlier run
  --log                write a line for each request to standard error
  --stop-with-parent   end when standard input ends
  --password-on-stdin  read the password, as JSON, from the first line of standard input
`;

function readOptions() {
  return parseArgs({
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '0' },
      data: { type: 'string' },
      'stage-dir': { type: 'string' },
      user: { type: 'string', default: 'LOCAL_USER' },
      'public-key': { type: 'string' },
      account: { type: 'string', default: 'LOCAL' },
      database: { type: 'string' },
      schema: { type: 'string' },
      stage: { type: 'string', default: 'local' },
      faults: { type: 'string', multiple: true, default: [] },
      'fault-seed': { type: 'string' },
      log: { type: 'boolean', default: false },
      'stop-with-parent': { type: 'boolean', default: false },
      'password-on-stdin': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

/** A folder of this process alone, removed when it exits. The path is the real one: clients compare paths. */
function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'local-snowflake-')));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function faultsOf(flags: readonly string[], seed: string | undefined): Faults {
  const rules = flags.map(parseFaultFlag);
  const faults = seed === undefined ? new Faults() : new Faults(parseFaultSeed(seed));
  for (const rule of rules) faults.add(rule);
  return faults;
}

/** Where clients on this machine reach a server that listens on all of its addresses. */
function reachable(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host;
}

/** Milliseconds that the end may take; the process that started this one waits for 10 seconds. */
const STOP_LIMIT_MS = 8_000;

/** The first line of standard input, as JSON; the parent keeps it open behind that. */
function passwordOnStdin(): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\n');
      if (end === -1) return;
      process.stdin.off('data', read).pause();
      resolve(JSON.parse(Buffer.from(text.slice(0, end), 'latin1').toString()) as string);
    };
    process.stdin.on('data', read).once('end', () => reject(new Error('no password on standard input')));
  });
}

async function main(values: ReturnType<typeof readOptions>): Promise<void> {
  const { stage } = values;
  if (stage !== 'local' && stage !== 's3')
    throw new RangeError(`invalid --stage ${stage}: expected local or s3`);
  const faults = faultsOf(values.faults, values['fault-seed']);
  // A signal that comes during the start ends it in the usual way, so that a temporary folder is removed.
  const interrupted = (): never => process.exit(1);
  process.once('SIGTERM', interrupted).once('SIGINT', interrupted);
  const dataDir = values.data === undefined ? temporaryFolder() : resolve(values.data);
  openDataFolder(dataDir);
  const given = {
    password: values['password-on-stdin'] ? await passwordOnStdin() : undefined,
    publicKeyPath: values['public-key'],
  };
  const settings: EmulatorSettings = {
    host: values.host,
    port: Number(values.port),
    dataDir,
    stageDir: resolve(values['stage-dir'] ?? `${dataDir}/stage`),
    account: values.account,
    user: canonicalName(values.user),
    role: 'SYSADMIN',
    warehouse: 'LOCAL_WH',
    database: canonicalName(values.database ?? 'LOCAL_DB'),
    schema: canonicalName(values.schema ?? 'PUBLIC'),
    isNamed: (values.database ?? values.schema) !== undefined,
    log: values.log,
    ...loadCredentials(dataDir, given),
  };
  const emulator = await Emulator.start(settings, { stage, faults });
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    // A query that does not end would hold the store for ever. What was answered is on disk.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), STOP_LIMIT_MS).unref();
    await emulator[Symbol.asyncDispose]();
    process.exit(0);
  };
  process.off('SIGTERM', interrupted).off('SIGINT', interrupted);
  process.once('SIGTERM', stop).once('SIGINT', stop);
  if (values['stop-with-parent']) {
    // The parent holds the other end of stdin; however it dies, this end closes.
    process.stdin.on('end', stop).on('error', stop).resume();
  }
  const { account, user, password, privateKeyPath, database, schema, warehouse, role } = settings;
  const { port } = emulator;
  const host = reachable(settings.host);
  const ready = {
    ...{
      url: `http://${host}:${port}`,
      host,
      port,
      account,
      user,
      password,
      privateKeyPath,
      database,
      schema,
    },
    ...{ warehouse, role, pid: process.pid, dataDir, faultSeed: faults.seed },
  };
  // The parent reads a line, whose end readline also sees in U+2028.
  process.stdout.write(`${visibleJson(ready)}\n`);
}

/** A program that started this one reads the reason where it waits for the first line; a person reads it on stderr. */
function fail(error: unknown): never {
  const message = oneLine(error instanceof Error ? error.message : String(error));
  if (process.argv.includes('--stop-with-parent'))
    process.stdout.write(`${visibleJson({ error: { code: codeOf(error), message } })}\n`);
  else logLine(message);
  process.exit(1);
}

function codeOf(error: unknown): LocalSnowflakeErrorCode {
  if (error instanceof LocalSnowflakeError) return error.code;
  // Of names, faults, seeds and ports, by this program and by Node.
  return error instanceof RangeError || error instanceof TypeError ? 'OPTION_INVALID' : 'START_FAILED';
}

try {
  const options = readOptions();
  if (options.help) process.stdout.write(USAGE);
  else main(options).catch(fail);
} catch (error) {
  fail(error);
}
