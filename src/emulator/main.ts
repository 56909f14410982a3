import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { canonicalName } from './catalog/identifier.ts';
import { loadCredentials } from './credentials.ts';
import { Emulator } from './emulator.ts';
import type { EmulatorSettings } from './settings.ts';

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    data: { type: 'string', default: '.local/snowflake' },
    'stage-dir': { type: 'string' },
    user: { type: 'string', default: 'LOCAL_USER' },
    'public-key': { type: 'string' },
    password: { type: 'string' },
    account: { type: 'string', default: 'LOCAL' },
    log: { type: 'boolean', default: false },
    'stop-with-parent': { type: 'boolean', default: false },
  },
});

const dataDir = resolve(values.data);

async function main(): Promise<void> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const given = { password: values.password, publicKeyPath: values['public-key'] };
  const settings: EmulatorSettings = {
    host: values.host,
    port: Number(values.port),
    dataDir,
    stageDir: resolve(values['stage-dir'] ?? `${dataDir}/stage`),
    account: values.account,
    user: canonicalName(values.user),
    role: 'SYSADMIN',
    warehouse: 'LOCAL_WH',
    database: 'LOCAL_DB',
    schema: 'PUBLIC',
    log: values.log,
    ...loadCredentials(dataDir, given),
  };
  const emulator = await Emulator.start(settings);
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await emulator[Symbol.asyncDispose]();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  if (values['stop-with-parent']) {
    // The parent holds the other end of stdin; however it dies, this end closes.
    process.stdin.on('end', stop).on('error', stop).resume();
  }
  const { host, account, user, password, privateKeyPath, database, schema, warehouse, role } = settings;
  const { port } = emulator;
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
    ...{ warehouse, role, pid: process.pid, dataDir },
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
