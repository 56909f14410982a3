import { expect, test } from 'vitest';
import type { Client } from './local.ts';
import { sessionOfFile } from './session-of-file.ts';

let client: Client;
sessionOfFile((session) => {
  ({ client } = session);
});

const SEED = BigInt(process.env.DOUBLES_SEED ?? 20261201);
const view = new DataView(new ArrayBuffer(8));

function fromBits(bits: bigint): number {
  view.setBigUint64(0, BigInt.asUintN(64, bits));
  return view.getFloat64(0);
}

function bitsOf(value: number): bigint {
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

/** The number, its neighbours, and all of them with the other sign. */
function around(value: number): number[] {
  const bits = bitsOf(value);
  const near = [bits - 1n, bits, bits + 1n].map(fromBits).filter((each) => Number.isFinite(each) && each > 0);
  return near.flatMap((each) => [each, -each]);
}

function randomBits(count: number): number[] {
  let state = SEED;
  return Array.from({ length: count }, () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return fromBits(state ^ (state >> 29n));
  }).filter(Number.isFinite);
}

const powersOfTwo = Array.from({ length: 2098 }, (_, at) => around(2 ** (at - 1074))).flat();
const powersOfTen = Array.from({ length: 632 }, (_, at) => around(Number(`1e${at - 323}`))).flat();

/** What decides about a number, however its exponent is written. */
function digits(text: string): string {
  return text
    .replace(/[eE].*/, '')
    .replaceAll(/[-.]/g, '')
    .replace(/^0+/, '')
    .replace(/0+$/, '');
}

test.each([
  ['powers of two and their neighbours', powersOfTwo],
  ['powers of ten and their neighbours', powersOfTen],
  [`random bits, seed ${SEED}`, randomBits(20_000)],
  ['numbers of every day', [0, 0.1, 1.5, -2.25, 100, 1e15, 1e16, 123456789012345680, 1e-4, 1e-5, 5e-324]],
])('%s are printed with the shortest digits that read as the same number', async (_, numbers) => {
  const sql = `select x, x::varchar, to_json(x::variant), to_varchar(x::variant) from
    (select f.index, f.value::varchar::float as x from table(flatten(split(?, ','))) f) order by index`;
  const rows = await client.rows(sql, [numbers.join(',')]);
  expect(rows).toHaveLength(numbers.length);
  const wrong = numbers.filter((number, at) =>
    (rows[at] as string[]).some(
      (text) => Number(text) !== number || digits(text) !== digits(number.toExponential()),
    ),
  );
  expect(wrong).toEqual([]);
});

test('POWER, casts between numbers, and what is no number', async () => {
  const powers = [81, 91, 807].map((exponent) => `power(2, ${exponent}), -power(2, ${exponent})`);
  const [row = []] = await client.rows(`select ${powers.join(', ')}`);
  const expected = [81, 91, 807].flatMap((exponent) => [2 ** exponent, -(2 ** exponent)]);
  expect(row.map(Number)).toEqual(expected);
  expect(
    await client.rows(
      "select power(2, 81)::number(38,0), 'inf'::float::varchar, '-inf'::float::varchar, 'NaN'::float::varchar, (-0.0::float)::varchar, to_char(2::float), 1e15::varchar, 1e16::varchar, 1e-5::varchar",
    ),
  ).toEqual([
    ['2417851639229258349412352', 'inf', '-inf', 'NaN', '-0', '2', '1000000000000000', '1e+16', '1e-05'],
  ]);
});
