import {
  type Carriage,
  type Comparison,
  comparePrinted,
  numberLiteral,
  plainText,
  type TypeFamily,
} from './family.ts';
import type { MySqlColumn } from './mysql-column.ts';
import type { SnowflakeType } from './snowflake-type.ts';

/** Digits that the largest value of each type needs; unsigned second. */
const DIGITS: Readonly<Record<string, readonly [number, number]>> = {
  tinyint: [3, 3],
  smallint: [5, 5],
  mediumint: [7, 8],
  int: [10, 10],
  bigint: [19, 20],
  year: [4, 4],
};

function digits(column: MySqlColumn): number {
  const [signed, unsigned] = DIGITS[column.dataType] ?? [19, 20];
  return column.unsigned ? unsigned : signed;
}

const asDigits: Carriage = { java: 'String', text: (cell) => String(BigInt(plainText(cell))) };

/** BIGINT UNSIGNED goes beyond a Java long in its upper half. */
const carriage = (column: MySqlColumn): Carriage => ({
  java: column.dataType === 'bigint' && column.unsigned ? 'BigInteger' : 'Long',
  text: plainText,
});

/** Numbers, compared as numbers on both sides; plus nothing, as MySQL would print a ZEROFILL column with its zeros. */
export const compareNumbers: Comparison = {
  source: (value) => `CAST(${value} + 0 AS CHAR)`,
  target: (value) => `TO_VARCHAR(${value})`,
  byBytes: false,
  exact: true,
};

/** TINYINT to BIGINT, signed or not, and YEAR. */
export const integer: TypeFamily = {
  mysql: Object.keys(DIGITS),
  snowflake: (column) => ({ kind: 'NUMBER', precision: digits(column), scale: 0 }),
  literal: numberLiteral,
  carry: (column, target: SnowflakeType) => {
    if (target.kind === 'NUMBER' && target.precision - target.scale >= digits(column))
      return carriage(column);
    if (target.kind === 'VARCHAR' && target.length > digits(column)) return asDigits;
    return undefined;
  },
  compare: (_column, target) =>
    target.kind === 'NUMBER' ? compareNumbers : { ...comparePrinted, source: compareNumbers.source },
};
