import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { canonicalName } from './catalog/identifier.ts';
import { loadCredentials } from './credentials.ts';
import { openDataFolder } from './data-folder.ts';
import { Emulator } from './emulator.ts';
import { Faults } from './faults/faults.ts';
import { parseFaultFlag, parseFaultSeed } from './faults/flag.ts';
import { logLine } from './log.ts';
import type { EmulatorSettings } from './settings.ts';
import { oneLine, visibleJson } from './terminal-text.ts';

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    data: { type: 'string', default: '.snowstream/snowflake' },
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
  },
});

const dataDir = resolve(values.data);

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

async function main(): Promise<void> {
  const { stage } = values;
  if (stage !== 'local' && stage !== 's3') throw new RangeError(`--stage ${stage}: takes local or s3`);
  const faults = faultsOf(values.faults, values['fault-seed']);
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
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
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

main().catch((error: unknown) => {
  logLine(oneLine(error instanceof Error ? error.message : String(error)));
  process.exit(1);
});
