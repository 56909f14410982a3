import { AS_SENT, numberLiteral, plainText, type TypeFamily } from './family.ts';
import { compareFlags, compareNumbersAt } from './integer.ts';
import type { Cell, MySqlColumn } from './mysql-column.ts';

const isFlag = (column: MySqlColumn): boolean => column.numericPrecision === 1;

/** BIT(1) is a flag; BIT(n) is an unsigned number of up to 64 bits. */
export const bit: TypeFamily = {
  mysql: ['bit'],
  snowflake: (column) => (isFlag(column) ? { kind: 'BOOLEAN' } : { kind: 'NUMBER', precision: 20, scale: 0 }),
  read: (quoted) => `${quoted} + 0`,
  literal: numberLiteral,
  carry: (column, target, policies) => {
    if (isFlag(column) && target.kind === 'BOOLEAN') {
      const text = (cell: Exclude<Cell, null>) => (plainText(cell) === '0' ? 'false' : 'true');
      return { java: 'Boolean', text, asSent: AS_SENT };
    }
    const byValue = policies.narrowColumns === 'reject';
    const holds =
      target.kind === 'NUMBER' && (byValue || target.precision - target.scale >= (isFlag(column) ? 1 : 20));
    return holds ? { java: 'BigInteger', text: plainText, asSent: AS_SENT } : undefined;
  },
  compare: (_column, target) => (target.kind === 'NUMBER' ? compareNumbersAt(0, target.scale) : compareFlags),
};
