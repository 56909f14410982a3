import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { printedSeed } from '../../../../test/fixtures/seed.ts';
import { type Cell, Driver } from './driver.ts';
import { type StreamingEmulator, startStreaming } from './emulator.ts';

let emulator: StreamingEmulator;
let driver: Driver;

beforeAll(async () => {
  emulator = await startStreaming();
  driver = new Driver();
  await driver.client('c', emulator.url, emulator.privateKey, { bdec_parquet_compression_algorithm: 'ZSTD' });
});

afterAll(async () => {
  await driver[Symbol.asyncDispose]();
  await emulator[Symbol.asyncDispose]();
});

/** What Java gets, and the text that DuckDB must hold. */
type Value = [Cell, string | null];

const NANOS = 1_000_000_000n;
const YEAR_1 = -62_135_596_800n;
const YEAR_9999 = 253_402_300_799n;

/** Seconds since 1970 and a fraction, as ISO text with `digits` fractional digits. */
function iso(seconds: bigint, fraction: bigint, digits: number): string {
  const whole = new Date(Number(seconds) * 1000)
    .toISOString()
    .slice(0, 19)
    .replace(/^\+00|^-00/, '');
  return digits === 0 ? whole : `${whole}.${String(fraction).padStart(digits, '0')}`;
}

const fixed = (precision: number, scale: number): fc.Arbitrary<Value> =>
  fc.bigInt({ min: -(10n ** BigInt(precision)) + 1n, max: 10n ** BigInt(precision) - 1n }).map((unscaled) => {
    const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
    const point = digits.length - scale;
    const text = `${unscaled < 0n ? '-' : ''}${digits.slice(0, point)}${scale ? `.${digits.slice(point)}` : ''}`;
    return [{ type: 'decimal', value: text }, text];
  });

const timestamp = (digits: number): fc.Arbitrary<Value> =>
  fc
    .tuple(
      fc.bigInt({ min: YEAR_1, max: YEAR_9999 }),
      fc.bigInt({ min: 0n, max: 10n ** BigInt(digits) - 1n }),
    )
    .map(([seconds, fraction]) => [
      { type: 'datetime', value: iso(seconds, fraction, digits) },
      String(seconds * NANOS + fraction * 10n ** BigInt(9 - digits)),
    ]);

const zoned = (digits: number): fc.Arbitrary<Value> =>
  fc
    .tuple(
      fc.bigInt({ min: YEAR_1 + 86_400n, max: YEAR_9999 - 86_400n }),
      fc.bigInt({ min: 0n, max: 10n ** BigInt(digits) - 1n }),
      fc.integer({ min: -18 * 60, max: 18 * 60 }),
    )
    .map(([seconds, fraction, minutes]) => {
      const size = Math.abs(minutes);
      const [hour, minute] = [Math.trunc(size / 60), size % 60].map((part) => String(part).padStart(2, '0'));
      const local = iso(seconds + BigInt(minutes * 60), fraction, digits);
      const nanos = seconds * NANOS + fraction * 10n ** BigInt(9 - digits);
      return [
        { type: 'offset', value: `${local}${minutes < 0 ? '-' : '+'}${hour}:${minute}` },
        `${nanos} ${minutes}`,
      ];
    });

const time = (digits: number): fc.Arbitrary<Value> =>
  fc
    .tuple(fc.bigInt({ min: 0n, max: 86_399n }), fc.bigInt({ min: 0n, max: 10n ** BigInt(digits) - 1n }))
    .map(([seconds, fraction]) => [
      { type: 'time', value: iso(seconds, fraction, digits).slice(11) },
      String(seconds * NANOS + fraction * 10n ** BigInt(9 - digits)),
    ]);

const date: fc.Arbitrary<Value> = fc
  .bigInt({ min: YEAR_1 / 86_400n, max: YEAR_9999 / 86_400n })
  .map((day) => iso(day * 86_400n, 0n, 0).slice(0, 10))
  .map((text) => [{ type: 'date', value: text }, text]);

const bits = (value: number): string => {
  const buffer = Buffer.alloc(8);
  buffer.writeDoubleBE(value);
  return Number.isNaN(value) ? 'NaN' : buffer.toString('hex');
};

/** SQL type, values, and the SQL that prints what DuckDB holds. */
const COLUMNS: Record<string, [type: string, values: fc.Arbitrary<Value>, shown?: string]> = {
  N0: ['NUMBER(38,0)', fixed(38, 0)],
  N37: ['NUMBER(38,37)', fixed(38, 37)],
  N9: ['NUMBER(9,4)', fixed(9, 4)],
  N4: ['NUMBER(4,0)', fixed(4, 0)],
  N18: ['NUMBER(18,0)', fixed(18, 0)],
  T9: ['TIME(9)', time(9)],
  T2: ['TIME(2)', time(2)],
  D: ['DATE', date],
  S9: ['TIMESTAMP_NTZ(9)', timestamp(9)],
  S0: ['TIMESTAMP_NTZ(0)', timestamp(0)],
  L6: ['TIMESTAMP_LTZ(6)', timestamp(6)],
  Z9: ['TIMESTAMP_TZ(9)', zoned(9), "Z9.ns || ' ' || Z9.tzoff"],
  Z3: ['TIMESTAMP_TZ(3)', zoned(3), "Z3.ns || ' ' || Z3.tzoff"],
  // By its bytes: DuckDB's Node API takes a byte order mark off the beginning of a text that it hands over.
  V: [
    'VARCHAR(200)',
    fc
      .oneof(fc.string({ unit: 'binary', maxLength: 50 }), fc.constant('\ufeffmarked'))
      .map((text) => [text, Buffer.from(text).toString('hex').toUpperCase()]),
    'hex(encode(V))',
  ],
  B: [
    'BINARY(60)',
    fc.uint8Array({ maxLength: 60 }).map((bytes) => {
      const hex = Buffer.from(bytes).toString('hex');
      return [{ type: 'bytes', value: hex }, hex.toUpperCase()];
    }),
    'hex(B)',
  ],
  J: [
    'VARIANT',
    fc
      .array(fc.oneof(fc.integer(), fc.string(), fc.boolean()))
      .map((value) => [JSON.stringify(value), JSON.stringify(value)]),
  ],
};

test('random values of every type come through the SDK unchanged', async () => {
  const seed = printedSeed();
  const names = Object.keys(COLUMNS);
  const types = Object.entries(COLUMNS).map(([name, [type]]) => [name, type]);
  const table = await emulator.createTable(
    'R',
    Object.fromEntries([['ID', 'NUMBER(9,0)'], ...types, ['F', 'FLOAT']]),
  );
  const cell = (values: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
    fc.option(values, { freq: 20 }).map((value) => value ?? [null, null]);
  const row = fc.tuple(fc.double(), ...Object.values(COLUMNS).map(([, values]) => cell(values)));
  const rows = fc.sample(row, { seed, numRuns: 3000 });
  await driver.open('r', { client: 'c', table: 'R' });
  for (let at = 0; at < rows.length; at += 500) {
    const batch = rows.slice(at, at + 500).map(([float, ...cells], index) => ({
      ID: at + index,
      F: { type: 'double' as const, value: String(float === 0 && 1 / float < 0 ? '-0.0' : float) },
      ...Object.fromEntries(names.map((name, column) => [name, (cells[column] as Value)[0]])),
    }));
    expect(await driver.insert('r', batch, String(at))).toEqual([]);
  }
  await driver.close('r');
  const shown = Object.entries(COLUMNS).map(([name, [, , sql]]) => sql ?? `${name}::VARCHAR`);
  const loaded = await emulator.rows(table, ['ID::INTEGER', 'F', ...shown].join(', '));
  const byId = loaded.sort((x, y) => Number(x[0]) - Number(y[0]));
  expect(byId).toHaveLength(rows.length);
  rows.forEach(([float, ...cells], id) => {
    const [, stored, ...texts] = byId[id] as [number, number | string, ...(string | null)[]];
    expect([bits(Number(stored)), ...texts]).toEqual([bits(float), ...cells.map((each) => each[1])]);
  });
});
