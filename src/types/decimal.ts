import {
  ANY_LENGTH,
  asString,
  checked,
  compareText,
  type Encoder,
  plainText,
  type TypeFamily,
} from './family.ts';
import { compareNumbersAt } from './integer.ts';
import { rejectBeyondScale } from './scale.ts';
import type { SourceColumn } from './source-column.ts';

const MAX_NUMBER_DIGITS = 38;
/** Snowflake's; MariaDB has one more: https://docs.snowflake.com/en/sql-reference/data-types-numeric */
const MAX_NUMBER_SCALE = 37;

const precision = (column: SourceColumn): number => column.numericPrecision ?? 10;
const scale = (column: SourceColumn): number => column.numericScale ?? 0;
const fitsNumber = (column: SourceColumn): boolean =>
  precision(column) <= MAX_NUMBER_DIGITS && scale(column) <= MAX_NUMBER_SCALE;
/** Digits, sign and point, and the zero before the point where all digits are behind it. */
const textLength = (column: SourceColumn): number =>
  precision(column) + (precision(column) === scale(column) ? 3 : 2);

const asDecimal: Encoder = { java: 'BigDecimal', text: plainText, javaReads: ANY_LENGTH };

/** DECIMAL. Beyond 38 digits, of which MySQL has 65, the digits are kept as text. */
export const decimal: TypeFamily = {
  names: ['decimal'],
  snowflake: (column, { wideDecimals }) => {
    if (!fitsNumber(column) && wideDecimals === 'text')
      return { kind: 'VARCHAR', length: textLength(column) };
    return {
      kind: 'NUMBER',
      precision: Math.min(precision(column), MAX_NUMBER_DIGITS),
      scale: Math.min(scale(column), MAX_NUMBER_SCALE),
    };
  },
  encoder: (column, target, policies) => {
    const byValue =
      policies.narrowColumns === 'reject' || (!fitsNumber(column) && policies.wideDecimals === 'number');
    if (target.kind === 'NUMBER') {
      const fits =
        target.scale >= scale(column) && target.precision - target.scale >= precision(column) - scale(column);
      if (fits) return asDecimal;
      // The SDK rejects too many digits before the point, and silently rounds those after it.
      return byValue ? checked(asDecimal, (cell) => rejectBeyondScale(cell, target.scale)) : undefined;
    }
    if (target.kind !== 'VARCHAR') return undefined;
    return target.length >= textLength(column) || policies.narrowColumns === 'reject' ? asString : undefined;
  },
  // Both sides print as many digits behind the point as that of them has which has more.
  compare: (column, target) => {
    if (target.kind !== 'NUMBER') return compareText;
    const digits = Math.max(Math.min(scale(column), MAX_NUMBER_SCALE), target.scale);
    return {
      ...compareNumbersAt(digits),
      target: (value) => `TO_VARCHAR(CAST(${value} AS NUMBER(38,${digits})))`,
    };
  },
};
