import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { local, root } from '../../scripts/setup/places.mjs';
import { BatchBridge } from '../../src/bridge/batch.ts';
import { classPath } from '../../src/bridge/jars.ts';
import type { JavaChannel, JavaObject } from '../../src/bridge/java-classes.ts';
import { ensureJvm, type Jvm, stopJvm } from '../../src/bridge/jvm.ts';
import type { EncodedColumn, RejectedRow, RowBatch, RowBridge } from '../../src/bridge/row-bridge.ts';
import { RowMapBridge } from '../../src/bridge/row-map.ts';
import { RowWriter } from '../../src/bridge/row-writer.ts';
import type { Cell } from '../../src/types/cell.ts';
import type { JavaKind } from '../../src/types/family.ts';

interface Recorder extends JavaObject {
  channelSync(): JavaChannel;
  takeSync(): readonly string[];
}

let jvm: Jvm;
let recorder: Recorder;
let channel: JavaChannel;

beforeAll(async () => {
  const classes = join(local, 'test-classes');
  mkdirSync(classes, { recursive: true });
  const jars = classPath();
  const source = join(root, 'test/bridge/java/RowRecorder.java');
  execFileSync('javac', ['-nowarn', '-cp', jars.join(delimiter), '-d', classes, source]);
  jvm = await ensureJvm({ classPath: [...jars, classes], logFile: join(local, 'test-java.log') });
  recorder = jvm.create<Recorder>('RowRecorder');
  channel = recorder.channelSync();
});

afterAll(() => stopJvm());

/** What a bridge makes the SDK see of a batch. */
async function seen(
  bridge: RowBridge,
  batch: RowBatch,
): Promise<{ rows: readonly string[]; rejected: number[] }> {
  const rejected = await bridge.insertRows(channel, batch);
  return { rows: recorder.takeSync(), rejected: rejected.map(({ index }) => index) };
}

const digits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((list) => list.join(''));
const two = (from: number, to: number) =>
  fc.integer({ min: from, max: to }).map((n) => String(n).padStart(2, '0'));
const date = fc
  .tuple(fc.integer({ min: 1, max: 9999 }), two(1, 12), two(1, 28))
  .map(([year, month, day]) => `${String(year).padStart(4, '0')}-${month}-${day}`);
const fraction = fc
  .integer({ min: 0, max: 6 })
  .chain((n) => digits(n).map((text) => (n === 0 ? '' : `.${text}`)));
const time = fc
  .tuple(two(0, 23), two(0, 59), two(0, 59), fraction)
  .map(([h, m, s, f]) => `${h}:${m}:${s}${f}`);
const dateTime = fc.tuple(date, time).map(([day, clock]) => `${day}T${clock}`);
const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);

/** Texts as the families of `src/types` write them, by kind. */
const TEXTS: Readonly<Record<JavaKind, fc.Arbitrary<string>>> = {
  String: fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => text.isWellFormed()),
  Json: fc.json(),
  Boolean: fc.constantFrom('true', 'false'),
  Long: integer,
  BigInteger: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
  BigDecimal: fc
    .tuple(fc.constantFrom('', '-'), digits(30), digits(8))
    .map(([sign, whole, f]) => `${sign}${whole}.${f}`),
  Double: fc
    .double({ noNaN: true, noDefaultInfinity: true })

    .map((n) => (Object.is(n, -0) ? '-0' : String(n))),
  bytes: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  LocalDate: date,
  LocalTime: time,
  LocalDateTime: dateTime,
  OffsetDateTime: dateTime.map((text) => `${text}Z`),
};

const KINDS = Object.keys(TEXTS) as JavaKind[];
const columns: readonly EncodedColumn[] = KINDS.map((java, index) => ({
  key: index === 0 ? '"mixed Case"' : `C${index}`,
  encoder: { java, text: String },
}));

const row = fc.tuple(...KINDS.map((kind) => fc.option(TEXTS[kind], { freq: 5 })));

describe('a batch a call and cell by cell', () => {
  test('give the SDK equal HashMaps: same keys, same classes, same values', async () => {
    const cell = new RowMapBridge(jvm, 60_000);
    const batch = new BatchBridge(jvm, 60_000);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const sent: RowBatch = { rows: rows as Cell[][], columns, offsetToken: '1' };
        const byBatch = await seen(batch, sent);
        expect(byBatch).toEqual(await seen(cell, sent));
        expect(byBatch.rows).toHaveLength(rows.length);
      }),
      { numRuns: 60 },
    );
  });

  test('reject the same rows, and carry the others', async () => {
    const bad: Cell[][] = [
      ['2020-02-30', '1'],
      ['2020-02-28', 'x'],
      ['2020-02-28', '3'],
      ['0000-00-00', '4'],
      [null, '9223372036854775808'],
      [null, null],
      ['half \ud800', '7'],
    ];
    const kinds: readonly EncodedColumn[] = [
      { key: 'D', encoder: { java: 'LocalDate', text: String } },
      { key: 'N', encoder: { java: 'Long', text: String } },
    ];
    const sent: RowBatch = { rows: bad, columns: kinds, offsetToken: '1' };
    const byBatch = await seen(new BatchBridge(jvm, 60_000), sent);
    expect(byBatch.rejected.toSorted()).toEqual([0, 1, 3, 4, 6]);
    expect(byBatch.rows).toEqual([
      'java.util.HashMap{D=java.time.LocalDate 2020-02-28, N=java.lang.Long 3}',
      'java.util.HashMap{D=null, N=null}',
    ]);
    const byCell = await seen(new RowMapBridge(jvm, 60_000), sent);
    expect(byCell.rejected.toSorted()).toEqual(byBatch.rejected.toSorted());
    expect(byCell.rows).toEqual(byBatch.rows);
  });

  test('one bad row keeps its batch out where the option says so', async () => {
    const sent: RowBatch = {
      rows: [['1'], ['x']],
      columns: [{ key: 'N', encoder: { java: 'Long', text: String } }],
      offsetToken: '1',
    };
    for (const bridge of [
      new BatchBridge(jvm, 60_000, 'SKIP_BATCH'),
      new RowMapBridge(jvm, 60_000, 'SKIP_BATCH'),
    ])
      expect(await seen(bridge, sent)).toEqual({ rows: [], rejected: [1] });
  });

  test('batches that are sent at once arrive in order', async () => {
    const bridge = new BatchBridge(jvm, 60_000);
    const numbers = Array.from({ length: 50 }, (_, index) => String(index));
    const column: EncodedColumn[] = [{ key: 'N', encoder: { java: 'Long', text: String } }];
    const inserted: Promise<readonly RejectedRow[]>[] = numbers.map((number) =>
      bridge.insertRows(channel, { rows: [[number]], columns: column, offsetToken: number }),
    );
    await Promise.all(inserted);
    expect(recorder.takeSync()).toEqual(numbers.map((n) => `java.util.HashMap{N=java.lang.Long ${n}}`));
  });
});

describe('the bytes of a batch', () => {
  const text: EncodedColumn[] = [{ key: 'T', encoder: { java: 'String', text: String } }];

  test('holds empty text, null and lengths around every limit apart', async () => {
    const lengths = [0, 1, 0xd800, 0xdfff, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x12345];
    const rows: Cell[][] = [[null], ...lengths.map((length) => ['é'.repeat(length)]), ['end']];
    const bridge = new BatchBridge(jvm, 60_000);
    const { rows: arrived } = await seen(bridge, { rows, columns: text, offsetToken: '1' });
    const values = arrived.map(
      (line) => /^java\.util\.HashMap\{T=(?:null|java\.lang\.String (.*))\}$/s.exec(line)?.[1],
    );
    expect(values.map((value) => value?.length)).toEqual([undefined, ...lengths, 3]);
  });

  test('keeps NUL, marks of its own and characters beyond the BMP', async () => {
    const rows = [['\0'], ['\uffff\ufffe'], ['😀𐍈'], ['\r\n\t"\'\\']];
    const { rows: arrived } = await seen(new BatchBridge(jvm, 60_000), {
      rows,
      columns: text,
      offsetToken: '1',
    });
    expect(arrived).toEqual(rows.map(([value]) => `java.util.HashMap{T=java.lang.String ${value}}`));
  });

  test('is that of MySQL: cells behind their lengths', () => {
    const rows: Cell[][] = [
      ['ab', null],
      ['', 'é'.repeat(200)],
    ];
    const { cells, ...rest } = new RowWriter().write(rows, [...text, ...text]);
    expect(cells.toString('latin1')).toBe(`\u0002ab\u00fb\u0000\u00fc\u0090\u0001${'Ã©'.repeat(200)}`);
    expect(rest).toEqual({ rowIndexes: [0, 1], rejected: [] });
  });
});
