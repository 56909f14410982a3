import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Store } from '../../src/store/store.ts';
import { Client, startInTemporaryFolder } from '../local.ts';

// A user who may run SQL here may not, by that, read or write files of the machine or speak to its network.

const SECRET = 'a secret of the machine';
const folder = mkdtempSync(join(tmpdir(), 'outside-'));
const csv = join(folder, 'secret.csv');
const requests: string[] = [];
const web = createServer((request, response) => {
  requests.push(request.url ?? '');
  response.end(`a\n${SECRET}\n`);
});
let emulator: Awaited<ReturnType<typeof startInTemporaryFolder>>;
let client: Client;
let url: string;

beforeAll(async () => {
  writeFileSync(csv, `a\n${SECRET}\n`);
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/secret.csv`;
  emulator = await startInTemporaryFolder();
  client = await Client.connect(emulator);
});
afterAll(async () => {
  await client?.close();
  await emulator?.remove();
  web.close();
  rmSync(folder, { recursive: true });
});

/** Statements of DuckDB that reach out of the database, and Snowflake's own about files. */
const statements = (file: string): string[] => [
  `select * from '${file}'`,
  `select * from "${file}"`,
  `select * from read_csv('${file}')`,
  `select * from table(read_csv('${file}'))`,
  `select * from read_csv_auto('${file}')`,
  `select * from read_text('${file}')`,
  `select * from table(read_text('${file}'))`,
  `select * from read_blob('${file}')`,
  `select * from read_json('${file}')`,
  `select * from read_parquet('${file}')`,
  `select * from parquet_scan('${file}')`,
  `select * from sniff_csv('${file}')`,
  `select * from glob('${folder}/*')`,
  `select read_text('${file}')`,
  `select getenv('PATH')`,
  `select * from duckdb_secrets()`,
  `select * from table(duckdb_settings())`,
  `select * from query('select 1')`,
  `select * from query_table('${file}')`,
  `copy (select 1) to '${folder}/made.csv'`,
  `copy into t from '${file}'`,
  `copy into '${folder}/made.csv' from (select 1)`,
  `put 'file://${file}' @~`,
  `get @~ 'file://${folder}'`,
  `list @~`,
  `attach '${folder}/made.duckdb' as made`,
  `attach database '${emulator.dataDir}/store.duckdb' as again`,
  `export database '${folder}/made'`,
  `import database '${folder}/made'`,
  `install httpfs`,
  `load httpfs`,
  `load '${file}'`,
  `set global enable_external_access = true`,
  `pragma enable_external_access`,
  `call duckdb_settings()`,
  `from '${file}'`,
  `summarize '${file}'`,
  `describe select * from '${file}'`,
  `create table stolen as select * from '${file}'`,
  `create view stolen_view as select * from '${file}'`,
  `create table stolen using template (select '${file}')`,
  `create external table stolen (a varchar) location = '${file}'`,
  `create stage s url = 'file://${folder}'`,
  `create secret (type s3)`,
  `create macro m() as table select * from '${file}'`,
  `select 1; attach '${folder}/made.duckdb'`,
  `select * from store.streaming.encryption_key`,
  `select * from "store"."streaming"."encryption_key"`,
  `select * from identifier('${file}')`,
];

/** Runs a statement; what it answered, or null when it was rejected. */
async function answered(sql: string): Promise<string | null> {
  try {
    return JSON.stringify(await client.rows(sql));
  } catch {
    return null;
  }
}

test('no statement reads a file', async () => {
  expect(await answered('select 1')).toBe('[["1"]]');
  const open: string[] = [];
  for (const sql of statements(csv)) {
    if ((await answered(sql)) !== null) open.push(sql);
  }
  expect(open).toEqual([]);
});

test('no statement speaks to the network', async () => {
  const open: string[] = [];
  for (const sql of statements(url)) {
    if ((await answered(sql)) !== null) open.push(sql);
  }
  expect(open).toEqual([]);
  expect(requests).toEqual([]);
});

test('SET makes variables of the session, and settings of DuckDB stay as they are', async () => {
  for (const sql of [
    'set enable_external_access = true',
    'set lock_configuration = false',
    `set f = '${csv}'`,
  ]) {
    await answered(sql);
  }
  for (const use of ['select * from $f', 'select * from identifier($f)', 'select * from table($f)']) {
    expect(await answered(use), use).toBeNull();
  }
  for (const sql of statements(csv)) expect(await answered(sql), sql).toBeNull();
});

test('no statement has written a file', () => {
  expect(readdirSync(folder)).toEqual(['secret.csv']);
});

test('a view, a default or a function of SQL is no way around', async () => {
  const ways = [
    [`create function f() returns varchar as 'select * from read_text(''${csv}'')'`, 'select f()'],
    [
      `create function g() returns table (a varchar) as 'select * from ''${csv}'''`,
      'select * from table(g())',
    ],
    [
      `create table d (a varchar default (select content from read_text('${csv}')), b int)`,
      'insert into d (b) select 1',
    ],
    [`create view w as select * from "${csv}"`, 'select * from w'],
  ];
  for (const [make = '', use = ''] of ways) {
    await answered(make);
    expect(await answered(use), make).toBeNull();
  }
});

describe('DuckDB itself is locked, should a statement ever get through', () => {
  let store: Store;
  beforeAll(async () => {
    store = await Store.open({ dataDir: `${folder}-store` });
  });
  afterAll(async () => {
    await store[Symbol.asyncDispose]();
    rmSync(`${folder}-store`, { recursive: true });
  });

  test.each([
    ['reading', () => `SELECT * FROM read_csv('${csv}')`],
    ['reading by name', () => `SELECT * FROM '${csv}'`],
    [
      'reading through a way out of its scratch folder',
      () => `SELECT * FROM read_text('${store.scratchDir}/../../${csv}')`,
    ],
    ['listing', () => `SELECT * FROM glob('${folder}/*')`],
    ['writing', () => `COPY (SELECT 1) TO '${folder}/made.csv'`],
    ['another database', () => `ATTACH '${folder}/made.duckdb'`],
    ['the network', () => `SELECT * FROM '${url}'`],
    ['an extension', () => 'INSTALL httpfs'],
    ['an extension that is there', () => 'LOAD httpfs'],
    ['its settings', () => 'SET GLOBAL enable_external_access = true'],
    ['its folders', () => "SET GLOBAL allowed_directories = ['/']"],
    ['the lock', () => 'SET GLOBAL lock_configuration = false'],
  ])('%s', async (_what, sql) => {
    await expect(store.read((connection) => connection.runAndReadAll(sql()))).rejects.toThrow(
      /Permission|disabled|locked|not allowed|Cannot (?:access|change)|HTTPFS|httpfs/i,
    );
    expect(readdirSync(folder)).toEqual(['secret.csv']);
  });
});
