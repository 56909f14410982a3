import { AS_SENT, type AsSent, numberLiteral, plainText, type TypeFamily } from './family.ts';
import type { MySqlColumn } from './mysql-column.ts';

/**
 * The number inside a JSON array is the one text with all digits on every server: CAST and CONCAT of an expression
 * end after 22 characters on MySQL, CAST of a column on MariaDB. FLOAT is printed with six digits, and times one as
 * the DOUBLE that it stores (https://dev.mysql.com/doc/refman/8.4/en/problems-with-float.html).
 * As text, because mysql2 sums up the digits of numbers of up to 17 characters and so rounds some of them twice.
 */
const exact = (number: string): string =>
  `IF(${number} IS NULL, NULL, SUBSTRING_INDEX(SUBSTRING(JSON_ARRAY(${number} * 1e0), 2), ']', 1))`;

/**
 * In a result a DOUBLE has all its digits by itself, unless it was declared with fewer; the server is spared the
 * JSON where nobody turns it into a JavaScript number.
 */
const asSent = ({ dataType, numericScale }: MySqlColumn): AsSent =>
  dataType === 'double' && numericScale === null ? { ...AS_SENT, read: (quoted) => quoted } : AS_SENT;

/** FLOAT and DOUBLE. */
export const float: TypeFamily = {
  mysql: ['float', 'double'],
  snowflake: () => ({ kind: 'FLOAT' }),
  read: exact,
  literal: numberLiteral,
  carry: (column, target) =>
    target.kind === 'FLOAT' ? { java: 'Double', text: plainText, asSent: asSent(column) } : undefined,
  compare: () => ({
    source: exact,
    target: (value) => value,
    byBytes: false,
    exact: false,
    // Both sides arrive as shortest round-trip text or as a double; one spelling for equal doubles.
    normalize: (text) => String(Number(text) + 0),
  }),
};
