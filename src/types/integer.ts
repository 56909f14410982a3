import {
  ANY_LENGTH,
  type Comparison,
  compareText,
  type Encoder,
  plainText,
  type TypeFamily,
} from './family.ts';
import type { Policies } from './policy.ts';
import type { SourceColumn } from './source-column.ts';

/** Digits that the largest value of each type needs; unsigned second. */
const DIGITS: Readonly<Record<string, readonly [number, number]>> = {
  tinyint: [3, 3],
  smallint: [5, 5],
  mediumint: [7, 8],
  int: [10, 10],
  bigint: [19, 20],
  year: [4, 4],
};

function digits(column: SourceColumn): number {
  const [signed, unsigned] = DIGITS[column.dataType] ?? [19, 20];
  return column.unsigned ? unsigned : signed;
}

const asDigits: Encoder = { java: 'String', text: (cell) => String(BigInt(plainText(cell))) };

/** A TINYINT holds numbers from -128 to 127 in what people use as a flag. */
const asFlag: Encoder = {
  java: 'Boolean',
  javaReads: ANY_LENGTH,
  text: (cell) => {
    const number = plainText(cell);
    if (number === '0') return 'false';
    if (number === '1') return 'true';
    throw new RangeError(`${number} is neither 0 nor 1, and the policy tinyint1 makes it a BOOLEAN`);
  },
};

const isFlag = (column: SourceColumn, policies: Policies): boolean =>
  policies.tinyint1 === 'boolean' && /^tinyint\(1\)(?! unsigned)/i.test(column.columnType);

/** BIGINT UNSIGNED goes beyond a Java long in its upper half. */
const encoder = (column: SourceColumn): Encoder => ({
  java: column.dataType === 'bigint' && column.unsigned ? 'BigInteger' : 'Long',
  text: plainText,
  javaReads: ANY_LENGTH,
});

/** Whole numbers, compared as numbers on both sides. */
const compareNumbers: Comparison = {
  form: { kind: 'number', digits: 0 },
  target: (value) => `TO_VARCHAR(${value})`,
  byBytes: false,
  exact: true,
};

/**
 * Numbers in a target with digits behind the point: both sides print all of the target's, or one that somebody has
 * changed there would not be seen.
 */
export const compareNumbersAt = (digits: number): Comparison => ({
  ...compareNumbers,
  form: { kind: 'number', digits },
});

/** Flags and numbers, compared as numbers. */
export const compareFlags: Comparison = {
  ...compareNumbers,
  target: (value) => compareNumbers.target(`CAST(${value} AS INTEGER)`),
};

/** TINYINT to BIGINT, signed or not, and YEAR. */
export const integer: TypeFamily = {
  names: Object.keys(DIGITS),
  snowflake: (column, policies) =>
    isFlag(column, policies) ? { kind: 'BOOLEAN' } : { kind: 'NUMBER', precision: digits(column), scale: 0 },
  encoder: (column, target, policies) => {
    const byValue = policies.narrowColumns === 'reject';
    if (target.kind === 'BOOLEAN' && isFlag(column, policies)) return asFlag;
    // The SDK rejects numbers with more digits than the column, and texts that are longer.
    if (target.kind === 'NUMBER' && (byValue || target.precision - target.scale >= digits(column)))
      return encoder(column);
    if (target.kind === 'VARCHAR' && (byValue || target.length > digits(column))) return asDigits;
    return undefined;
  },
  compare: (_column, target) => {
    if (target.kind === 'BOOLEAN') return compareFlags;
    return target.kind === 'NUMBER' ? compareNumbersAt(target.scale) : compareText;
  },
};
