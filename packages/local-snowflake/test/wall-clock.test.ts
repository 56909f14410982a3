import fc from 'fast-check';
import { expect, test } from 'vitest';
import { detectTime, detectWallClock, parseWallClock } from '../src/time/wall-clock.ts';

const DAY = 86_400_000_000_000n;

test('every ISO instant of the years 1 to 9999 is read to the nanosecond', () => {
  const instant = fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(
      instant,
      fc.integer({ min: 0, max: 999_999 }),
      fc.constantFrom('T', ' '),
      (date, rest, separator) => {
        const text = `${date.toISOString().slice(0, 23).replace('T', separator)}${String(rest).padStart(6, '0')}`;
        const expected = BigInt(date.getTime()) * 1_000_000n + BigInt(rest);
        expect(detectWallClock(text)).toEqual({ ns: expected, offset: null });
      },
    ),
  );
});

test.each([
  ['2020-01-02', 18263n * DAY, null],
  ['2020-1-2', 18263n * DAY, null],
  ['01/02/2020', 18263n * DAY, null],
  ['02-Jan-2020', 18263n * DAY, null],
  ['Thu, 02 Jan 2020 00:00:00 +0230', 18263n * DAY, 150],
  ['2020-01-02T00:00:00Z', 18263n * DAY, 0],
  ['2020-01-02 00:00 -05:30', 18263n * DAY, -330],
  ['0', 0n, 0],
  ['-1', -1_000_000_000n, 0],
  ['1600000000', 1_600_000_000_000_000_000n, 0],
  ['1600000000000', 1_600_000_000_000_000_000n, 0],
  ['1600000000000000', 1_600_000_000_000_000_000n, 0],
  ['1600000000000000001', 1_600_000_000_000_000_001n, 0],
])('%s', (text, ns, offset) => {
  expect(detectWallClock(text)).toEqual({ ns, offset });
});

test.each([
  '2020-02-30',
  '2020-13-01',
  '2020-00-01',
  '2020-01-01 24:00:00',
  '2020-01-01 00:60',
  'x',
  '',
  '2020'.repeat(12),
  '2021-02-29',
])('%s is no date', (text) => {
  expect(detectWallClock(text)).toBeNull();
});

test.each([
  ['20200102', 'YYYYMMDD', 18263n * DAY],
  ['02.Jan.20 11:30 pm', 'DD.MON.YY HH12:MI AM', 18263n * DAY + (DAY / 48n) * 47n],
  ['2020-01-02T00:00:00.5', 'YYYY-MM-DD"T"HH24:MI:SS.FF', 18263n * DAY + 500_000_000n],
  ['2020-01-02', 'AUTO', 18263n * DAY],
])('%s by %s', (text, format, ns) => {
  expect(parseWallClock(text, format)?.ns).toBe(ns);
});

test('a text that does not fit its format', () => {
  expect(parseWallClock('2020-01-02', 'DD/MM/YYYY')).toBeNull();
});

test.each([
  ['23:59:59.999999999', DAY - 1n],
  ['1:02', 3_720_000_000_000n],
  ['12:00:00 AM', 0n],
  ['2020-01-02 00:00:01', 1_000_000_000n],
  ['24:00', null],
])('the time %s', (text, ns) => {
  expect(detectTime(text)).toBe(ns);
});
