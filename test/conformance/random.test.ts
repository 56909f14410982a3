import fc from 'fast-check';
import type { Binds } from 'snowflake-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cell, Driver } from '../../packages/local-snowflake/test/streaming/driver.ts';
import { printedSeed } from '../fixtures/seed.ts';
import { Jdbc, prepareJars } from './clients/jdbc.ts';
import { NodeClient } from './clients/node.ts';
import { startSnowflake, type TestSnowflake } from './emulator.ts';
import { FORMATS } from './shared-cases.ts';

const STREAMED_ROWS = 10_000;
const BOUND_ROWS = 500;
/** Milliseconds; a busy machine takes many times what a free one does. */
const LIMIT = 300_000;

let emulator: TestSnowflake;
let node: NodeClient;
let jdbc: Jdbc;

beforeAll(async () => {
  emulator = await startSnowflake();
  await prepareJars();
  jdbc = new Jdbc('4.4.1');
  node = await NodeClient.connect(emulator, { password: emulator.password });
  await jdbc.connect('c', emulator, { password: emulator.password });
  const formats = FORMATS.replace('Europe/Berlin', 'UTC');
  await Promise.all([node.rows(formats), jdbc.query('c', formats)]);
});

afterAll(async () => {
  await jdbc[Symbol.asyncDispose]();
  await node[Symbol.asyncDispose]();
  await emulator[Symbol.asyncDispose]();
});

/** A value as the Java SDK is given it, as a text bind says it, and as both clients must show it. */
interface Value {
  readonly cell: Cell;
  readonly bind: string;
  readonly shown: string;
}

const YEAR_1 = -62_135_596_800n;
const YEAR_9999 = 253_402_300_799n;
/** The ten days that the calendar of java.util.Date leaves out. */
const LEFT_OUT = [Date.UTC(1582, 9, 5) / 86_400_000, Date.UTC(1582, 9, 14) / 86_400_000] as const;

function iso(seconds: bigint): string {
  return new Date(Number(seconds) * 1000)
    .toISOString()
    .slice(0, 19)
    .replace(/^[+-]00/, '');
}

const digits = (count: number): fc.Arbitrary<string> =>
  fc
    .bigInt({ min: 0n, max: 10n ** BigInt(count) - 1n })
    .map((fraction) => (count === 0 ? '' : String(fraction).padStart(count, '0')));

const fixed = (precision: number, scale: number): fc.Arbitrary<Value> =>
  fc.bigInt({ min: -(10n ** BigInt(precision)) + 1n, max: 10n ** BigInt(precision) - 1n }).map((unscaled) => {
    const all = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
    const point = all.length - scale;
    const text = `${unscaled < 0n ? '-' : ''}${all.slice(0, point)}${scale ? `.${all.slice(point)}` : ''}`;
    return { cell: { type: 'decimal', value: text }, bind: text, shown: text };
  });

const instant = fc
  .bigInt({ min: YEAR_1 + 86_400n, max: YEAR_9999 - 86_400n })
  .filter((seconds) => !isNearJulianLeapDay(iso(seconds)))
  // With a day more at both ends, since an offset may move the local date by that.
  .filter((seconds) => {
    const day = Number(seconds) / 86_400;
    return day < LEFT_OUT[0] - 1 || day > LEFT_OUT[1] + 2;
  });

const timestamp = (scale: number, zone: string): fc.Arbitrary<Value> =>
  fc.tuple(instant, digits(scale)).map(([seconds, fraction]) => {
    const text = fraction ? `${iso(seconds)}.${fraction}` : iso(seconds);
    const shown = `${iso(seconds).replace('T', ' ')}.${fraction.padEnd(9, '0')}${zone}`;
    return { cell: { type: 'datetime', value: text }, bind: text, shown };
  });

/** Minutes. snowflake-sdk hands them to moment, which takes numbers below 16 for hours. */
const offset = fc
  .integer({ min: -14 * 60, max: 14 * 60 })
  .filter((minutes) => minutes === 0 || Math.abs(minutes) >= 16);

const zoned = (scale: number): fc.Arbitrary<Value> =>
  fc.tuple(instant, digits(scale), offset).map(([seconds, fraction, minutes]) => {
    const size = Math.abs(minutes);
    const parts = [Math.trunc(size / 60), size % 60].map((part) => String(part).padStart(2, '0'));
    const sign = minutes < 0 ? '-' : '+';
    const local = iso(seconds + BigInt(minutes * 60));
    const text = `${fraction ? `${local}.${fraction}` : local}${sign}${parts.join(':')}`;
    const shown = `${local.replace('T', ' ')}.${fraction.padEnd(9, '0')} ${sign}${parts.join('')}`;
    return { cell: { type: 'offset', value: text }, bind: text, shown };
  });

const time = (scale: number): fc.Arbitrary<Value> =>
  fc.tuple(fc.bigInt({ min: 0n, max: 86_399n }), digits(scale)).map(([seconds, fraction]) => {
    const clock = iso(seconds).slice(11);
    const text = fraction ? `${clock}.${fraction}` : clock;
    return { cell: { type: 'time', value: text }, bind: text, shown: `${clock}.${fraction.padEnd(9, '0')}` };
  });

/**
 * JDBC reckons dates before 1582 over from the Julian calendar and is a day out where that alone had a leap day,
 * in February of 100, 200, 300, 500, …: 1100-03-05 comes out as 1100-03-04.
 */
function isNearJulianLeapDay(day: string): boolean {
  const year = Number(day.slice(0, 4));
  return year < 1582 && year % 100 === 0 && year % 400 !== 0 && ['02', '03'].includes(day.slice(5, 7));
}

const date: fc.Arbitrary<Value> = fc
  .integer({ min: Number(YEAR_1 / 86_400n), max: Number(YEAR_9999 / 86_400n) })
  .filter((day) => day < LEFT_OUT[0] || day > LEFT_OUT[1])
  .map((day) => iso(BigInt(day) * 86_400n).slice(0, 10))
  .filter((day) => !isNearJulianLeapDay(day))
  .map((text) => ({ cell: { type: 'date', value: text }, bind: text, shown: text }));

const float: fc.Arbitrary<Value> = fc.double().map((value) => {
  const text = Object.is(value, -0) ? '-0.0' : String(value);
  return { cell: { type: 'double', value: text }, bind: text, shown: bits(value) };
});

const binary: fc.Arbitrary<Value> = fc.uint8Array({ maxLength: 60 }).map((bytes) => {
  const hex = Buffer.from(bytes).toString('hex');
  return { cell: { type: 'bytes', value: hex }, bind: hex, shown: hex.toUpperCase() };
});

const text: fc.Arbitrary<Value> = fc
  .string({ unit: 'binary', maxLength: 50 })
  .map((value) => ({ cell: value, bind: value, shown: value }));

const truth: fc.Arbitrary<Value> = fc
  .boolean()
  .map((value) => ({ cell: value, bind: value ? 'yes' : 'off', shown: value ? 'TRUE' : 'FALSE' }));

function bits(value: number): string {
  const buffer = Buffer.alloc(8);
  buffer.writeDoubleBE(value);
  return Number.isNaN(value) ? 'NaN' : buffer.toString('hex');
}

/** JSON as TO_JSON prints it: compact, keys in order, each number as it was written. */
const { json } = fc.letrec<{ json: string }>((tie) => {
  const word = fc.string({ unit: 'grapheme-ascii', maxLength: 12 });
  const number = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }).map(String);
  const list = fc.array(tie('json'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`);
  const object = fc.dictionary(word, tie('json'), { maxKeys: 4 }).map((entries) => {
    const keys = Object.keys(entries).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${entries[key]}`).join(',')}}`;
  });
  const scalar = fc.oneof(
    word.map((value) => JSON.stringify(value)),
    number,
    fc.constantFrom('true', 'false'),
  );
  return { json: fc.oneof({ maxDepth: 3 }, scalar, list, object) };
});
const variant: fc.Arbitrary<Value> = json.map((value) => ({ cell: value, bind: value, shown: value }));

const COLUMNS: Record<string, [type: string, values: fc.Arbitrary<Value>]> = {
  N0: ['NUMBER(38,0)', fixed(38, 0)],
  N37: ['NUMBER(38,37)', fixed(38, 37)],
  N9: ['NUMBER(9,4)', fixed(9, 4)],
  N2: ['NUMBER(2,0)', fixed(2, 0)],
  N18: ['NUMBER(18,9)', fixed(18, 9)],
  F: ['FLOAT', float],
  BO: ['BOOLEAN', truth],
  T9: ['TIME(9)', time(9)],
  T0: ['TIME(0)', time(0)],
  D: ['DATE', date],
  S9: ['TIMESTAMP_NTZ(9)', timestamp(9, '')],
  S3: ['TIMESTAMP_NTZ(3)', timestamp(3, '')],
  L9: ['TIMESTAMP_LTZ(9)', timestamp(9, ' +0000')],
  Z9: ['TIMESTAMP_TZ(9)', zoned(9)],
  Z0: ['TIMESTAMP_TZ(0)', zoned(0)],
  V: ['VARCHAR(200)', text],
  B: ['BINARY(60)', binary],
  W: ['VARIANT', variant],
};
const NAMES = Object.keys(COLUMNS);

type Row = readonly (Value | null)[];

function randomRows(seed: number, count: number): Row[] {
  const cells = Object.values(COLUMNS).map(([, values]) => fc.option(values, { freq: 20 }));
  return fc.sample(fc.tuple(...cells), { seed, numRuns: count });
}

async function createTable(name: string): Promise<void> {
  const columns = Object.entries(COLUMNS).map(([column, [type]]) => `${column} ${type}`);
  await node.rows(`create or replace table ${name} (ID NUMBER(9,0), ${columns.join(', ')})`);
}

/** Compares what snowflake-sdk and JDBC read with what was written. */
async function expectBoth(table: string, rows: readonly Row[]): Promise<void> {
  const cells = NAMES.map((name) => (name === 'W' ? 'to_json(W)' : name));
  const sql = `select ${cells.join(', ')} from ${table} order by id`;
  const written = rows.map((row) => row.map((value) => value?.shown ?? null));
  const byNode = (await node.rows(sql)).map((row) =>
    comparable(
      row.map((cell, index) => {
        // snowflake-sdk prints a NULL of some types as a text when it is asked for texts.
        const missing = cell === null || (cell === 'NULL' && !['V', 'W'].includes(NAMES[index] as string));
        return missing ? null : String(cell);
      }),
    ),
  );
  expect(differences(byNode, written)).toEqual([]);
  // JDBC writes an offset of zero as Z.
  const byJdbc = (await jdbc.rows('c', sql)).map((row) =>
    comparable(
      row.map((cell, index) =>
        /^[LZ]/.test(NAMES[index] as string) ? (cell?.replace(/ Z$/, ' +0000') ?? null) : cell,
      ),
    ),
  );
  expect(differences(byJdbc, written)).toEqual([]);
}

/** Two texts may look alike and not be it. */
const escaped = (text: string | null | undefined): string =>
  String(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The first cells that differ; whole results of this size would tell nobody anything. */
function differences(read: readonly (readonly (string | null)[])[], written: typeof read): string[] {
  if (read.length !== written.length) return [`${written.length} rows written, ${read.length} read`];
  return written
    .flatMap((row, at) =>
      row.flatMap((cell, index) => {
        const got = read[at]?.[index];
        return got === cell
          ? []
          : [`row ${at}, ${NAMES[index]}: ${escaped(cell)} written, ${escaped(got)} read`];
      }),
    )
    .slice(0, 10);
}

/** Doubles are compared bit by bit: clients spell them differently. */
function comparable(row: readonly (string | null)[]): (string | null)[] {
  return row.map((cell, index) => (NAMES[index] === 'F' && cell !== null ? bits(Number(cell)) : cell));
}

test(
  `${STREAMED_ROWS} random values of each type through the streaming SDK, read by snowflake-sdk and JDBC`,
  async () => {
    const seed = printedSeed();
    const rows = randomRows(seed, STREAMED_ROWS);
    await createTable('STREAMED');
    await using driver = new Driver();
    await driver.client('c', emulator.url, emulator.privateKey, {
      bdec_parquet_compression_algorithm: 'ZSTD',
    });
    await driver.open('r', { client: 'c', table: 'STREAMED' });
    for (let at = 0; at < rows.length; at += 500) {
      const batch = rows.slice(at, at + 500).map((row, index) => ({
        ID: at + index,
        ...Object.fromEntries(row.map((value, column) => [NAMES[column], value?.cell ?? null])),
      }));
      expect(await driver.insert('r', batch, String(at))).toEqual([]);
    }
    await driver.close('r');
    await expectBoth('STREAMED', rows);
  },
  LIMIT,
);

test(
  `${BOUND_ROWS} random values of each type through text binds, read by snowflake-sdk and JDBC`,
  async () => {
    const seed = printedSeed();
    const rows = randomRows(seed, BOUND_ROWS);
    await createTable('BOUND');
    // A text that is bound is no JSON until it is parsed, so the last column is left out here.
    const bound = NAMES.slice(0, -1);
    const sql = `insert into bound (id, ${bound.join(', ')}) values (?, ${bound.map(() => '?').join(', ')})`;
    for (let at = 0; at < rows.length; at += 500) {
      const binds = rows
        .slice(at, at + 500)
        .map((row, index) => [at + index, ...row.slice(0, -1).map((value) => value?.bind ?? null)]);
      await node.execute(sql, { binds: binds as Binds });
    }
    await expectBoth(
      'BOUND',
      rows.map((row) => [...row.slice(0, -1), null]),
    );
  },
  LIMIT,
);
