import type { Cell } from './cell.ts';
import { ANY_LENGTH, plainText, type TypeFamily } from './family.ts';
import { compareFlags, compareNumbersAt } from './integer.ts';
import type { SourceColumn } from './source-column.ts';

const isFlag = (column: SourceColumn): boolean => column.numericPrecision === 1;

/** BIT(1) is a flag; BIT(n) is an unsigned number of up to 64 bits. */
export const bit: TypeFamily = {
  names: ['bit'],
  snowflake: (column) => (isFlag(column) ? { kind: 'BOOLEAN' } : { kind: 'NUMBER', precision: 20, scale: 0 }),
  encoder: (column, target, policies) => {
    if (isFlag(column) && target.kind === 'BOOLEAN') {
      const text = (cell: Exclude<Cell, null>) => (plainText(cell) === '0' ? 'false' : 'true');
      return { java: 'Boolean', text, javaReads: ANY_LENGTH };
    }
    const byValue = policies.narrowColumns === 'reject';
    const holds =
      target.kind === 'NUMBER' && (byValue || target.precision - target.scale >= (isFlag(column) ? 1 : 20));
    return holds ? { java: 'BigInteger', text: plainText, javaReads: ANY_LENGTH } : undefined;
  },
  compare: (_column, target) => (target.kind === 'NUMBER' ? compareNumbersAt(target.scale) : compareFlags),
};
