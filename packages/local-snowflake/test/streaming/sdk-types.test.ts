import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cell, Driver } from './driver.ts';
import { type StreamingEmulator, startStreaming } from './emulator.ts';

let emulator: StreamingEmulator;
let driver: Driver;

beforeAll(async () => {
  emulator = await startStreaming();
  driver = new Driver();
});

afterAll(async () => {
  await driver[Symbol.asyncDispose]();
  await emulator[Symbol.asyncDispose]();
});

const decimal = (value: string): Cell => ({ type: 'decimal', value });
const integer = (value: string): Cell => ({ type: 'integer', value });
const double = (value: string): Cell => ({ type: 'double', value });
const bytes = (value: string): Cell => ({ type: 'bytes', value });
const date = (value: string): Cell => ({ type: 'date', value });
const time = (value: string): Cell => ({ type: 'time', value });
const datetime = (value: string): Cell => ({ type: 'datetime', value });
const offset = (value: string): Cell => ({ type: 'offset', value });

/** Nanoseconds since 1970 of an ISO instant with up to nine digits. */
function nanos(iso: string): string {
  const [, whole = '', fraction = '', zone = ''] = /^(.*?:\d\d:\d\d)(?:\.(\d+))?(.*)$/.exec(iso) ?? [];
  return String(BigInt(Date.parse(whole + zone)) * 1_000_000n + BigInt(fraction.padEnd(9, '0')));
}

const tz = (iso: string, minutes: number) => ({ ns: nanos(iso), tzoff: minutes });

/** SQL type, what Java gets, and what DuckDB must hold. */
const CASES: [type: string, values: [Cell, unknown][]][] = [
  [
    'NUMBER(2,0)',
    [
      [99, '99'],
      [-99, '-99'],
      [0, '0'],
    ],
  ],
  [
    'NUMBER(4,0)',
    [
      [9999, '9999'],
      [-9999, '-9999'],
    ],
  ],
  [
    'NUMBER(9,0)',
    [
      [999999999, '999999999'],
      [-999999999, '-999999999'],
    ],
  ],
  [
    'NUMBER(18,0)',
    [
      [integer('9'.repeat(18)), '9'.repeat(18)],
      [integer(`-${'9'.repeat(18)}`), `-${'9'.repeat(18)}`],
    ],
  ],
  [
    'NUMBER(38,0)',
    [
      [integer('9'.repeat(38)), '9'.repeat(38)],
      [integer(`-${'9'.repeat(38)}`), `-${'9'.repeat(38)}`],
    ],
  ],
  [
    'NUMBER(38,37)',
    [
      [decimal(`9.${'9'.repeat(37)}`), `9.${'9'.repeat(37)}`],
      [decimal(`-9.${'9'.repeat(37)}`), `-9.${'9'.repeat(37)}`],
      [decimal(`0.${'0'.repeat(36)}1`), `0.${'0'.repeat(36)}1`],
    ],
  ],
  [
    'NUMBER(4,2)',
    [
      [decimal('99.99'), '99.99'],
      [decimal('-0.01'), '-0.01'],
    ],
  ],
  ['NUMBER(18,18)', [[decimal(`0.${'9'.repeat(18)}`), `0.${'9'.repeat(18)}`]]],
  [
    'FLOAT',
    [
      [double('NaN'), 'NaN'],
      [double('Infinity'), 'Infinity'],
      [double('-Infinity'), '-Infinity'],
      [double('1.7976931348623157E308'), 1.7976931348623157e308],
      [double('4.9E-324'), 5e-324],
      [double('-0.0'), -0],
    ],
  ],
  [
    'BOOLEAN',
    [
      [true, true],
      [false, false],
    ],
  ],
  [
    'VARCHAR(20)',
    [
      ['', ''],
      ['ü 漢 😀', 'ü 漢 😀'],
      ['nul \u0000 inside', 'nul \u0000 inside'],
      ['it\'s \\ "quoted"', 'it\'s \\ "quoted"'],
    ],
  ],
  [
    'BINARY(8)',
    [
      [bytes('fffe00c3'), 'FFFE00C3'],
      [bytes(''), ''],
      [bytes('616263'), '616263'],
      [bytes('5c784141'), '5C784141'],
    ],
  ],
  [
    'DATE',
    [
      [date('0001-01-01'), '0001-01-01'],
      [date('9999-12-31'), '9999-12-31'],
      [date('1969-12-31'), '1969-12-31'],
      [date('2000-02-29'), '2000-02-29'],
    ],
  ],
  [
    'TIME(0)',
    [
      [time('00:00:00'), '0'],
      [time('23:59:59'), '86399000000000'],
    ],
  ],
  ['TIME(4)', [[time('23:59:59.9999'), '86399999900000']]],
  ['TIME(5)', [[time('23:59:59.99999'), '86399999990000']]],
  [
    'TIME(9)',
    [
      [time('23:59:59.999999999'), '86399999999999'],
      [time('00:00:00.000000001'), '1'],
    ],
  ],
  ...(['TIMESTAMP_NTZ', 'TIMESTAMP_LTZ'] as const).map((type): (typeof CASES)[number] => [
    `${type}(9)`,
    [
      [datetime('0001-01-01T00:00:00.000000001'), nanos('0001-01-01T00:00:00.000000001Z')],
      [datetime('9999-12-31T23:59:59.999999999'), nanos('9999-12-31T23:59:59.999999999Z')],
      [datetime('1969-12-31T23:59:59.999999999'), '-1'],
    ],
  ]),
  ['TIMESTAMP_NTZ(0)', [[datetime('1969-12-31T23:59:59'), '-1000000000']]],
  ['TIMESTAMP_LTZ(3)', [[offset('2024-06-30T12:00:00.123+05:30'), nanos('2024-06-30T12:00:00.123+05:30')]]],
  [
    'TIMESTAMP_TZ(9)',
    [
      [offset('0001-01-01T00:00:00.000000001-11:30'), tz('0001-01-01T00:00:00.000000001-11:30', -690)],
      [offset('0001-01-01T00:00:00+14:00'), tz('0001-01-01T00:00:00+14:00', 840)],
      [offset('9999-12-31T23:59:59.999999999-12:00'), tz('9999-12-31T23:59:59.999999999-12:00', -720)],
      [offset('1970-01-01T00:00:00Z'), { ns: '0', tzoff: 0 }],
      [offset('1969-12-31T23:59:59.999999999Z'), { ns: '-1', tzoff: 0 }],
    ],
  ],
  ['TIMESTAMP_TZ(0)', [[offset('1969-12-31T23:59:59-00:30'), tz('1969-12-31T23:59:59-00:30', -30)]]],
  ['TIMESTAMP_TZ(3)', [[offset('2024-06-30T12:00:00.999+05:45'), tz('2024-06-30T12:00:00.999+05:45', 345)]]],
  [
    'VARIANT',
    [
      [
        '{"a": 1.000000000000000000000000000000000001, "b": 1e400}',
        '{"a":1.000000000000000000000000000000000001,"b":1e400}',
      ],
      ['"text"', '"text"'],
      ['12345678901234567890123', '12345678901234567890123'],
    ],
  ],
  [
    'OBJECT',
    [
      ['{"x": [1.10, null]}', '{"x":[1.10,null]}'],
      ['{}', '{}'],
    ],
  ],
  [
    'ARRAY',
    [
      ['[1.10, {"k": "v"}]', '[1.10,{"k":"v"}]'],
      ['[]', '[]'],
    ],
  ],
];

describe.each(['GZIP', 'ZSTD'])('every type through the SDK with %s', (compression) => {
  test('arrives to the last digit', async () => {
    const name = `TYPES_${compression}`;
    const table = await emulator.createTable(
      name,
      Object.fromEntries([['ID', 'NUMBER(9,0)!'], ...CASES.map(([type], index) => [`C${index}`, type])]),
    );
    await driver.client(compression, emulator.url, emulator.privateKey, {
      bdec_parquet_compression_algorithm: compression,
    });
    await driver.open(name, { client: compression, table: name });
    const height = Math.max(...CASES.map(([, values]) => values.length));
    const rows = Array.from({ length: height + 1 }, (_, id) => ({
      ID: id,
      ...Object.fromEntries(
        CASES.flatMap(([, values], index) => (values[id] ? [[`C${index}`, values[id][0]]] : [])),
      ),
    }));
    expect(await driver.insert(name, rows, 'last')).toEqual([]);
    await driver.close(name);

    const columns = CASES.map(([type], index) =>
      type.startsWith('BINARY') ? `hex(C${index})` : `C${index}`,
    );
    const loaded = await emulator.rows(table, ['ID', ...columns].join(', '));
    expect(loaded).toEqual(
      rows.map(({ ID }) => [String(ID), ...CASES.map(([, values]) => values[ID]?.[1] ?? null)]),
    );
  });
});
