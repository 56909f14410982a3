import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { local } from '../../scripts/setup/places.mjs';
import { BatchBridge } from '../../src/bridge/batch.ts';
import { classPath } from '../../src/bridge/jars.ts';
import type { JavaChannel, JavaObject } from '../../src/bridge/java-classes.ts';
import { ensureJvm, type Jvm, stopJvm } from '../../src/bridge/jvm.ts';
import type { RejectedRow, RowBatch, RowBridge } from '../../src/bridge/row-bridge.ts';
import { RowMapBridge } from '../../src/bridge/row-map.ts';
import { encodedColumns } from '../../src/ingest/encoded-columns.ts';
import { Keyset } from '../../src/source/mysql/keyset.ts';
import { readTable, readTableAsSent } from '../../src/source/mysql/reader.ts';
import { readingExpressions } from '../../src/source/mysql/types/sql-types.ts';
import type { SourceBatch } from '../../src/source/row-feed.ts';
import type { Rows } from '../../src/types/cell.ts';
import { type FittedColumn, fitColumns, mapColumns, ownTypes } from '../../src/types/column-mapping.ts';
import { DEFAULT_POLICIES, type Policies, type PolicyApplication } from '../../src/types/policy.ts';
import { serverOf } from '../cases/server.ts';
import { printedSeed } from '../fixtures/seed.ts';
import { openTestSource, type TestSource } from '../source/database.ts';
import { type RandomColumn, randomColumns, randomLiteral } from '../types/random-columns.ts';
import { Random } from '../types/random-numbers.ts';
import { testClasses } from './recorder.ts';

// Rows that go over the bridge as MySQL sent them reach the SDK as those whose cells JavaScript has looked at.

interface Recorder extends JavaObject {
  channelSync(): JavaChannel;
  takeSync(): readonly string[];
}

const SEED = printedSeed();
const ROWS = 600;

let mysql: TestSource;
let jvm: Jvm;
let recorder: Recorder;
let channel: JavaChannel;

beforeAll(async () => {
  mysql = await openTestSource();
  const classes = testClasses('RowRecorder');
  jvm = await ensureJvm({ classPath: [...classPath(), classes], logFile: join(local, 'test-java.log') });
  recorder = jvm.create<Recorder>('RowRecorder');
  channel = recorder.channelSync();
  rmSync(classes, { recursive: true, force: true });
  await mysql.admin.query("SET time_zone = '+00:00', sql_mode = ''");
});

afterAll(async () => {
  stopJvm();
  await mysql[Symbol.asyncDispose]();
});

/** What became of a table's rows. */
interface Outcome {
  readonly maps: string[];
  readonly rejected: RejectedRow[];
  readonly replaced: PolicyApplication[];
  readonly keys: (readonly string[])[];
  /** Whether every batch was of rows as they were sent. */
  readonly allSent: boolean;
}

async function outcome(
  bridge: RowBridge,
  batches: AsyncIterable<SourceBatch<Rows>>,
  columns: RowBatch['columns'],
): Promise<Outcome> {
  const result: Outcome = { maps: [], rejected: [], replaced: [], keys: [], allSent: true };
  let all = true;
  for await (const { rows, lastKey } of batches) {
    all &&= rows.sent !== undefined;
    const replaced = (application: PolicyApplication) => result.replaced.push(application);
    const rejected = await bridge.insertRows(channel, { rows, columns, offsetToken: 't', replaced });
    result.rejected.push(...rejected.toSorted((a, b) => a.index - b.index));
    result.maps.push(...recorder.takeSync());
    result.keys.push(lastKey);
  }
  return { ...result, allSent: all };
}

/** The same rows both ways. */
async function bothWays(
  name: string,
  columns: readonly FittedColumn[],
  batchRows: number,
  reference: RowBridge = new RowMapBridge(jvm, 60_000),
) {
  const table = await mysql.describe(name);
  const carried = encodedColumns(columns);
  const request = { table, keyset: new Keyset(table.key), batchRows };
  const read = readTable(mysql.source, { ...request, expressions: readingExpressions(columns) });
  const cells = await outcome(reference, read, carried);
  const asSent = readTableAsSent(mysql.source, {
    ...request,
    expressions: readingExpressions(columns, { raw: true }),
  });
  return { cells, sent: await outcome(new BatchBridge(jvm, 60_000), asSent, carried) };
}

function policiesOf(columns: readonly RandomColumn[], more: Partial<Policies>) {
  const own = new Map(columns.map(({ name, policies }) => [name, policies]));
  return ({ name }: { name: string }) => ({ ...DEFAULT_POLICIES, ...more, ...own.get(name) }) as Policies;
}

test.each<[string, Partial<Policies>]>([
  ['values are replaced', {}],
  ['rows are rejected', { zeroDates: 'reject' }],
])('random rows of every type give equal HashMaps where %s', async (what, policies) => {
  const random = new Random(SEED);
  const [[version]] = (await mysql.source.query('SELECT VERSION()')) as [[string]];
  const wanted = randomColumns(serverOf(version));
  const name = `random_${what.replaceAll(/\W/g, '_')}`;
  const list = wanted.map(({ name: column, type }) => `\`${column}\` ${type}`).join(', ');
  await mysql.execute(`CREATE TABLE ${name} (id INT PRIMARY KEY, ${list}) CHARACTER SET utf8mb4`);
  for (let id = 0; id < ROWS; id += 1) {
    const values = wanted.map((column) => randomLiteral(column, random)).join(', ');
    await mysql.execute(`INSERT INTO ${name} VALUES (${id}, ${values})`);
  }
  const { columns } = await mysql.describe(name);
  const fitted = ownTypes(
    mapColumns(columns, undefined, (column) => column, { policiesOf: policiesOf(wanted, policies) }),
  ).filter(({ encoder }) => encoder.javaReads !== undefined);
  // All but those of which JavaScript makes arrays.
  expect(fitted.length).toBe(
    columns.length - wanted.filter(({ name: n }) => /^(a_set|vector)$/.test(n)).length,
  );
  const { cells, sent } = await bothWays(name, fitted, 100);
  expect(sent.allSent).toBe(true);
  expect(sent.keys).toEqual(cells.keys);
  expect(sent.rejected).toEqual(cells.rejected);
  expect(byPlace(sent.replaced)).toEqual(byPlace(cells.replaced));
  expect(sent.maps).toEqual(cells.maps);
  expect(sent.maps.length + sent.rejected.length).toBe(ROWS);
  expect(policies.zeroDates === 'reject' ? sent.rejected.length : sent.replaced.length).toBeGreaterThan(0);
});

const byPlace = (applications: readonly PolicyApplication[]) =>
  applications
    .map(({ index, column, policy }) => `${String(index).padStart(9)} ${column} ${policy}`)
    .toSorted();

test('cells of every length, also such as take several packets', async () => {
  await mysql.execute('CREATE TABLE lengths (id INT PRIMARY KEY, t LONGTEXT, u LONGTEXT, b LONGBLOB)');
  // Two of eight megabytes are a row that MySQL parts into packets of sixteen.
  const lengths = [0, 1, 250, 251, 252, 255, 256, 65_535, 65_536, 70_000, 1_000_000, 8_388_608, 8_388_609];
  for (const [id, length] of lengths.entries())
    await mysql.execute(
      `INSERT INTO lengths VALUES (${id}, CONCAT(REPEAT('é', ${length >> 1}), REPEAT('e', ${length & 1})),
        REPEAT('u', ${length}), REPEAT(x'fe', ${length > 8_388_608 ? length : length % 70_000}))`,
    );
  const { columns } = await mysql.describe('lengths');
  const fitted = ownTypes(mapColumns(columns, undefined, (column) => column));
  // Cell by cell a megabyte takes a second.
  const { cells, sent } = await bothWays('lengths', fitted, 5, new BatchBridge(jvm, 60_000));
  expect(sent.allSent).toBe(true);
  // The longest is longer than Snowflake's streaming API takes.
  expect(sent.rejected.map(({ message }) => message)).toEqual([
    "the value has 8388609 bytes, and Snowflake's streaming API takes 8388608",
  ]);
  expect(sent.rejected).toEqual(cells.rejected);
  expect(sent.maps.map((map) => map.length)).toEqual(cells.maps.map((map) => map.length));
  expect(sent.maps).toEqual(cells.maps);
}, 120_000);

test('what only a encoder can decide on stays with it', async () => {
  await mysql.execute(
    `CREATE TABLE undecided (id INT PRIMARY KEY, d DATE, dt DATETIME, y YEAR, t TIME, f TINYINT(1), blob_text VARBINARY(9),
      z INT(6) ZEROFILL, dz DECIMAL(8,2) ZEROFILL, fd DOUBLE(10,2))`,
    `INSERT INTO undecided VALUES
      (1, '2020-01-02', '2020-01-02 03:04:05', 2020, '23:59:59', 1, 'text', 42, 1.5, 1.005),
      (2, '0000-00-00', '2020-01-02 03:04:05', 2020, '23:59:59', 1, 'text', 42, 1.5, 1.005),
      (3, '0000-05-06', '2020-01-02 03:04:05', 2020, '23:59:59', 1, 'text', 42, 1.5, 1.005),
      (4, '2020-02-00', '0000-00-00 00:00:00', 0, '00:00:00', 0, '', 0, 0, 0),
      (5, '2020-02-03', '2020-02-03 00:00:00', 1901, '24:00:00', 0, 'x', 1, 1, 1),
      (6, '2020-02-03', '2020-02-03 00:00:00', 1901, '-00:00:01', 0, 'x', 1, 1, 1),
      (7, '2020-02-03', '2020-02-03 00:00:00', 1901, '838:59:59', 0, 'x', 1, 1, 1),
      (8, '2020-02-03', '2020-02-03 00:00:00', 1901, '01:00:00', 2, 'x', 1, 1, 1),
      (9, '2020-02-03', '2020-02-03 00:00:00', 1901, '01:00:00', -1, 'x', 1, 1, 1),
      (10, '2020-02-03', '2020-02-03 00:00:00', 1901, '01:00:00', 1, x'ff', 1, 1, 1),
      (11, '2020-02-03', '2020-02-03 00:00:00', 1901, '01:00:00', 1, x'efbfbd', 1, 1, 1),
      (12, '2020-02-03', '2020-02-03 00:00:00', 1901, '01:00:00', 1, x'efbbbf41', 999999, 999999.99, -1e7),
      (13, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`,
  );
  const { columns } = await mysql.describe('undecided');
  const mapped = mapColumns(columns, undefined, (column) => column.toUpperCase(), {
    policiesOf: () => ({ ...DEFAULT_POLICIES, tinyint1: 'boolean' }),
  });
  // Bytes go into a VARCHAR, and one column must not be NULL, in the target.
  const { columns: fitted } = fitColumns(
    mapped,
    ownTypes(mapped).map(({ target, type }) => ({
      name: target,
      describedType: '',
      type: target === 'BLOB_TEXT' ? { kind: 'VARCHAR', length: 9 } : type,
      nullable: target !== 'DT',
      hasDefault: false,
    })),
  );
  expect(fitted).toHaveLength(10);
  const { cells, sent } = await bothWays('undecided', fitted, 100);
  expect(sent.allSent).toBe(true);
  // A zero in a column that is NOT NULL, three times no time of a day, two flags, bytes that are no text.
  expect(sent.rejected.map(({ index }) => index + 1)).toEqual([4, 5, 6, 7, 8, 9, 10]);
  expect(sent.rejected).toEqual(cells.rejected);
  expect(byPlace(sent.replaced)).toEqual(byPlace(cells.replaced));
  expect(sent.replaced.length).toBeGreaterThan(0);
  expect(sent.maps).toEqual(cells.maps);
  expect(sent.maps).toHaveLength(6);
});
