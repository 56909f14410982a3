import { bit as bitType } from '../../../types/bit.ts';
import { decimal as decimalType } from '../../../types/decimal.ts';
import { numberLiteral } from '../../../types/family.ts';
import { float as floatType } from '../../../types/float.ts';
import { integer as integerType } from '../../../types/integer.ts';
import type { SourceColumn } from '../../../types/source-column.ts';
import { asChar, type SqlFamily } from './sql-family.ts';

/** Plus nothing, as MySQL would print a ZEROFILL column with its zeros. */
const digitsOf = (value: string): string => asChar(`${value} + 0`);

/**
 * A number with more digits behind the point than it has.
 *
 * @param own digits behind the point that MySQL prints
 */
function withZeros(value: string, own: number, digits: number): string {
  if (digits <= own) return digitsOf(value);
  const zeros = `${own === 0 ? '.' : ''}${'0'.repeat(digits - own)}`;
  return `CONCAT(${digitsOf(value)}, '${zeros}')`;
}

/** TINYINT to BIGINT, signed or not, and YEAR. */
export const integer: SqlFamily = {
  names: integerType.names,
  literal: numberLiteral,
  // MariaDB has 99 of YEAR(2), which is 1999, before 00.
  written: (value, { source }) => (source.dataType === 'year' ? `(${value} + 0)` : value),
  printed: (value, _column, form) => withZeros(value, 0, form.kind === 'number' ? form.digits : 0),
};

/** BIT(n), as its number. */
export const bit: SqlFamily = {
  names: bitType.names,
  read: (quoted) => `${quoted} + 0`,
  literal: numberLiteral,
  printed: (value, _column, form) => withZeros(value, 0, form.kind === 'number' ? form.digits : 0),
};

/** DECIMAL. */
export const decimal: SqlFamily = {
  names: decimalType.names,
  literal: numberLiteral,
  printed: (value, { numericScale }, form) => {
    if (form.kind !== 'number') return asChar(value);
    const scale = numericScale ?? 0;
    return form.digits < scale
      ? asChar(`CAST(${value} AS DECIMAL(65,${form.digits}))`)
      : withZeros(value, scale, form.digits);
  },
};

/**
 * The number inside a JSON array is the one text with all digits on every server: CAST and CONCAT of an expression
 * end after 22 characters on MySQL, CAST of a column on MariaDB. FLOAT is printed with six digits, and times one as
 * the DOUBLE that it stores (https://dev.mysql.com/doc/refman/8.4/en/problems-with-float.html).
 * As text, because mysql2 sums up the digits of numbers of up to 17 characters and so rounds some of them twice.
 */
const allDigits = (number: string): string =>
  `IF(${number} IS NULL, NULL, SUBSTRING_INDEX(SUBSTRING(JSON_ARRAY(${number} * 1e0), 2), ']', 1))`;

/** FLOAT and DOUBLE. */
export const float: SqlFamily = {
  names: floatType.names,
  read: allDigits,
  // In a result a DOUBLE has all its digits by itself, unless it was declared with fewer; the server is spared the
  // JSON where nobody turns it into a JavaScript number.
  readRaw: (quoted, { dataType, numericScale }: SourceColumn) =>
    dataType === 'double' && numericScale === null ? quoted : allDigits(quoted),
  literal: numberLiteral,
  printed: allDigits,
};
