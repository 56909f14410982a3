import type { TypeFamily } from './family.ts';
import type { Cell, MySqlColumn } from './mysql-column.ts';
import { MAX_BINARY } from './snowflake-type.ts';

const length = (column: MySqlColumn): number => Math.min(column.octetLength ?? MAX_BINARY, MAX_BINARY);

function hex(cell: Exclude<Cell, null>): string {
  if (!Buffer.isBuffer(cell)) throw new RangeError('a binary column gave something that is not bytes');
  return cell.toString('hex');
}

/** BINARY, VARBINARY and the BLOBs. BINARY(n) keeps its zero padding. */
export const binary: TypeFamily = {
  mysql: ['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob'],
  snowflake: (column) => ({ kind: 'BINARY', length: Math.max(length(column), 1) }),
  literal: (text) => (/^([\da-f]{2})*$/i.test(text) ? `x'${text}'` : undefined),
  carry: (column, target) =>
    target.kind === 'BINARY' && target.length >= length(column) ? { java: 'bytes', text: hex } : undefined,
  compare: () => ({
    source: (value) => `HEX(${value})`,
    target: (value) => `HEX_ENCODE(${value})`,
    byBytes: false,
    exact: true,
  }),
};
