import { describe, expect, test } from 'vitest';
import type { Client } from './local.ts';
import { sessionOfFile } from './session-of-file.ts';

let client: Client;
sessionOfFile((session) => {
  ({ client } = session);
});

const SEED = Number(process.env.ARITHMETIC_SEED ?? 20261201);

/** Numbers that look random and repeat with their seed (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

interface Operand {
  readonly precision: number;
  readonly scale: number;
  readonly digits: bigint;
}

const OPERATORS = ['+', '-', '*', '/', '%'] as const;
type Operator = (typeof OPERATORS)[number];

/** The rules of https://docs.snowflake.com/en/sql-reference/operators-arithmetic in whole numbers. */
function model(operator: Operator, a: Operand, b: Operand): { type: string; text: string } | 'error' {
  const [l1, l2] = [a.precision - a.scale, b.precision - b.scale];
  const most = Math.max(a.scale, b.scale);
  const [leading, scale] = {
    '+': [Math.max(l1, l2) + 1, most],
    '-': [Math.max(l1, l2) + 1, most],
    '*': [l1 + l2, Math.min(a.scale + b.scale, Math.max(a.scale, b.scale, 12))],
    '/': [l1 + b.scale, Math.max(a.scale, Math.min(a.scale + 6, 12))],
    '%': [Math.max(l1, l2), most],
  }[operator] as [number, number];
  const precision = Math.max(1, Math.min(leading + scale, 38));
  const digits = exact(operator, a, b, scale, most);
  if (digits === undefined || digits >= 10n ** BigInt(precision) || -digits >= 10n ** BigInt(precision)) {
    return 'error';
  }
  return { type: `${precision},${scale}`, text: shown(digits, scale) };
}

function exact(operator: Operator, a: Operand, b: Operand, scale: number, most: number): bigint | undefined {
  const aligned = ({ digits, scale: own }: Operand): bigint => digits * 10n ** BigInt(most - own);
  if (operator === '+') return aligned(a) + aligned(b);
  if (operator === '-') return aligned(a) - aligned(b);
  if (operator === '*') return half(a.digits * b.digits, 10n ** BigInt(a.scale + b.scale - scale));
  if (b.digits === 0n) return undefined;
  if (operator === '%') return aligned(a) % aligned(b);
  return half(a.digits * 10n ** BigInt(scale + b.scale - a.scale), b.digits);
}

/** Rounds half away from zero. */
function half(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n !== divisor < 0n;
  const [x, y] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  const quotient = x / y + ((x % y) * 2n >= y ? 1n : 0n);
  return negative ? -quotient : quotient;
}

function shown(digits: bigint, scale: number): string {
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  const sign = digits < 0n ? '-' : '';
  return sign + (scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`);
}

describe(`arithmetic by the documented rules, seed ${SEED}`, () => {
  const random = numbers(SEED);
  const PRECISIONS = [1, 2, 5, 9, 10, 17, 18, 19, 20, 26, 37, 38];

  function operand(): Operand {
    const precision = PRECISIONS[random(PRECISIONS.length)] as number;
    const scales = [0, 0, 2, 6, 7, 12, 13, precision - 1, precision].filter(
      (each) => each <= Math.min(precision, 37),
    );
    const scale = scales[random(scales.length)] as number;
    const limit = 10n ** BigInt(precision);
    const picks = [limit - 1n, limit / 2n, limit / 10n, 1n, 0n, 5n, BigInt(random(2 ** 31)) ** 4n];
    const digits = (picks[random(picks.length)] as bigint) % limit;
    return { precision, scale, digits: random(2) === 0 ? digits : -digits };
  }

  test.each(OPERATORS)('%s', async (operator) => {
    const cases = Array.from({ length: 400 }, () => [operand(), operand()] as const);
    const literal = ({ precision, scale, digits }: Operand): string =>
      `'${shown(digits, scale)}'::number(${precision},${scale})`;
    const compared = async (pairs: typeof cases): Promise<void> => {
      const expressions = pairs.map(([a, b]) => `${literal(a)} ${operator} ${literal(b)}`);
      const models = pairs.map(([a, b]) => model(operator, a, b));
      const sql = `select ${expressions.map((each, at) => `${each} as c${at}`).join(', ')}`;
      if (models.includes('error')) {
        const error = await client.error(sql).catch(() => undefined);
        expect([sql, error?.sqlState]).toEqual([sql, expect.stringMatching(/^(22003|22012)$/)]);
        return;
      }
      const [row = []] = await client.rows(sql);
      const columns = await client.columns(sql);
      const got = row.map((cell, at) => [
        expressions[at],
        `${columns[at]?.precision},${columns[at]?.scale}`,
        cell,
      ]);
      const wanted = models.map((each, at) => [
        expressions[at],
        ...(each === 'error' ? [] : [each.type, each.text]),
      ]);
      expect(got).toEqual(wanted);
    };
    const fits = cases.filter(([a, b]) => model(operator, a, b) !== 'error');
    for (let at = 0; at < fits.length; at += 50) await compared(fits.slice(at, at + 50));
    for (const pair of cases.filter(([a, b]) => model(operator, a, b) === 'error').slice(0, 40)) {
      await compared([pair]);
    }
  });
});
