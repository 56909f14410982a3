import { numberLiteral, plainText, type TypeFamily } from './family.ts';

/**
 * MySQL prints a FLOAT with six digits; as a DOUBLE it prints the value that it stores
 * (https://dev.mysql.com/doc/refman/8.4/en/problems-with-float.html), and multiplied by one it keeps a zero's sign.
 * As text, because mysql2 sums up the digits of numbers of up to 17 characters and so rounds some of them twice.
 */
const exact = (number: string): string => `CAST(${number} * 1e0 AS CHAR)`;

/** FLOAT and DOUBLE. */
export const float: TypeFamily = {
  mysql: ['float', 'double'],
  snowflake: () => ({ kind: 'FLOAT' }),
  read: exact,
  literal: numberLiteral,
  carry: (_column, target) => (target.kind === 'FLOAT' ? { java: 'Double', text: plainText } : undefined),
  compare: () => ({
    source: exact,
    target: (value) => value,
    byBytes: false,
    exact: false,
    // Both sides arrive as shortest round-trip text or as a double; one spelling for equal doubles.
    normalize: (text) => String(Number(text) + 0),
  }),
};
