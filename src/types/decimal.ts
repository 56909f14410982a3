import { asString, comparePrinted, numberLiteral, plainText, type TypeFamily } from './family.ts';
import { compareNumbers } from './integer.ts';
import type { MySqlColumn } from './mysql-column.ts';

const MAX_NUMBER_DIGITS = 38;
/** Snowflake's; MariaDB has one more: https://docs.snowflake.com/en/sql-reference/data-types-numeric */
const MAX_NUMBER_SCALE = 37;

const precision = (column: MySqlColumn): number => column.numericPrecision ?? 10;
const scale = (column: MySqlColumn): number => column.numericScale ?? 0;
/** Digits, sign and point, and the zero before the point where all digits stand behind it. */
const textLength = (column: MySqlColumn): number =>
  precision(column) + (precision(column) === scale(column) ? 3 : 2);

/** DECIMAL. Beyond 38 digits, which MySQL has (65) and Snowflake has not, the digits are kept as text. */
export const decimal: TypeFamily = {
  mysql: ['decimal'],
  snowflake: (column) =>
    precision(column) <= MAX_NUMBER_DIGITS && scale(column) <= MAX_NUMBER_SCALE
      ? { kind: 'NUMBER', precision: precision(column), scale: scale(column) }
      : { kind: 'VARCHAR', length: textLength(column) },
  literal: numberLiteral,
  carry: (column, target) => {
    if (target.kind === 'NUMBER') {
      // The SDK rounds digits beyond the column's scale without a word, so such a column is no target.
      const fits =
        target.scale >= scale(column) && target.precision - target.scale >= precision(column) - scale(column);
      return fits ? { java: 'BigDecimal', text: plainText } : undefined;
    }
    return target.kind === 'VARCHAR' && target.length >= textLength(column) ? asString : undefined;
  },
  // A target with more digits behind the point prints them; both sides print those of the source.
  compare: (column, target) =>
    target.kind === 'NUMBER'
      ? {
          ...compareNumbers,
          target: (value) => `TO_VARCHAR(CAST(${value} AS NUMBER(38,${scale(column)})))`,
        }
      : comparePrinted,
};
