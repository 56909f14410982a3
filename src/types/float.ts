import { plainText, type TypeFamily } from './family.ts';

/**
 * FLOAT and DOUBLE. MySQL prints a FLOAT with six digits; as a DOUBLE it prints the value that it stores.
 * https://dev.mysql.com/doc/refman/8.4/en/problems-with-float.html
 */
export const float: TypeFamily = {
  mysql: ['float', 'double'],
  snowflake: () => ({ kind: 'FLOAT' }),
  read: (quoted) => `${quoted} + 0e0`,
  carry: (_column, target) => (target.kind === 'FLOAT' ? { java: 'Double', text: plainText } : undefined),
  compare: () => ({
    source: (aggregate, column) => `${aggregate}(${column} + 0e0)`,
    target: (aggregate, column) => `${aggregate}(${column})`,
    // Both sides arrive as shortest round-trip text or as a double; one spelling for equal doubles.
    normalize: (text) => String(Number(text) + 0),
  }),
};
