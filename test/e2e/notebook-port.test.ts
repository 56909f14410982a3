import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillPeople } from '../../scripts/demo-data.mjs';
import { local, root } from '../../scripts/setup/places.mjs';
import { parsePrivateKey } from '../../src/config/private-key.ts';
import { type Ends, startEnds } from './local.ts';

let ends: Ends;
beforeAll(async () => {
  ends = await startEnds();
});
afterAll(() => ends[Symbol.asyncDispose]());

test('the notebook, step for step, with its own credentials file', async () => {
  const rows = 1_500;
  await fillPeople(ends.mysql.url, { rows, table: 'people_100k' });
  const { emulator, mysql } = ends;
  const key = parsePrivateKey(readFileSync(emulator.privateKeyPath, 'utf8'), undefined, 'key');
  const credentials = {
    user: emulator.user,
    url: emulator.url,
    account: emulator.account,
    private_key: key.base64,
    port: String(emulator.port),
    host: emulator.host,
    schema: emulator.schema,
    scheme: 'http',
    database: emulator.database,
    table: 'sf_customer_raw',
    connection_string: emulator.url,
    warehouse: emulator.warehouse,
    role: emulator.role,
    mysql_url: `${mysql.host}:${mysql.port}`,
    mysql_user: mysql.user,
    mysql_pwd: mysql.password,
    mysql_database: mysql.database,
  };
  const file = join(ends.cwd, 'snowflake_env_login_creds.json');
  writeFileSync(file, JSON.stringify(credentials), { mode: 0o600 });
  const run = promisify(execFile);
  await run('npx', ['--no-install', 'tsc', '-p', 'tsconfig.examples.json'], { cwd: root });

  const { stdout } = await run(process.execPath, [join(local, 'examples/notebook-port.js')], {
    cwd: ends.cwd,
  });

  expect(stdout.split('\n').map((line) => line.replace(/[\d.]+ s\b/, 'S s').replace('S s)', 'S s)'))).toEqual(
    [
      'Channel valid: true',
      'Channel closed: true',
      `Time to ingest ${rows} records: S s`,
      `Committed offset token: ${rows}`,
      'Pipeline time: S s',
      `Records in raw: ${rows}`,
      `Records in gold: ${rows} (transformed in S s)`,
      '',
    ],
  );
  const [row] = await ends.snowflake.execute('SELECT COUNT(DISTINCT customer_id) AS N FROM sf_customer_gold');
  expect(row?.N).toBe(String(rows));
});
