import {
  AS_SENT,
  type Carriage,
  type Comparison,
  checked,
  replaceOrReject,
  type TypeFamily,
} from './family.ts';
import type { Cell, MySqlColumn } from './mysql-column.ts';
import { fitsBytes, nullBeyondBytes } from './oversize.ts';
import type { Policies, Replacement } from './policy.ts';
import { MAX_BINARY, MAX_VARCHAR } from './snowflake-type.ts';
import { utf8Text } from './utf8.ts';

const length = (column: MySqlColumn): number => Math.min(column.octetLength ?? MAX_BINARY, MAX_BINARY);

const canExceed = (column: MySqlColumn, limit: number): boolean => (column.octetLength ?? limit + 1) > limit;

function bytesOf(cell: Exclude<Cell, null>): Buffer {
  if (!Buffer.isBuffer(cell)) throw new RangeError('a binary column gave something that is not bytes');
  return cell;
}

const asBytes: Carriage = {
  java: 'bytes',
  text: (cell) => bytesOf(cell).toString('hex'),
  asSent: AS_SENT,
};

/** Bytes that are text: what a VARCHAR holds has to be UTF-8. */
const asUtf8 = ({ invalidText }: Policies): Carriage => ({
  java: 'String',
  asSent: AS_SENT,
  text: (cell): string | Replacement =>
    utf8Text(bytesOf(cell)) ??
    replaceOrReject('invalidText', invalidText, () => 'the bytes are no UTF-8 text'),
});

const limited = (carriage: Carriage, limit: number, policies: Policies): Carriage =>
  checked(carriage, (cell) => fitsBytes(bytesOf(cell).length, limit, policies), { limit });

const compareBytes: Comparison = {
  source: (value) => `HEX(${value})`,
  target: (value) => `HEX_ENCODE(${value})`,
  byBytes: false,
  inTextOrder: true,
  exact: true,
};

/** BINARY, VARBINARY and the BLOBs. BINARY(n) keeps its zero padding. */
export const binary: TypeFamily = {
  mysql: ['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob'],
  snowflake: (column) => ({ kind: 'BINARY', length: Math.max(length(column), 1) }),
  literal: (text) => (/^([\da-f]{2})*$/i.test(text) ? `x'${text}'` : undefined),
  carry: (column, target, policies) => {
    const byValue = policies.narrowColumns === 'reject';
    if (target.kind === 'BINARY' && (byValue || target.length >= length(column)))
      return canExceed(column, MAX_BINARY) ? limited(asBytes, MAX_BINARY, policies) : asBytes;
    if (
      target.kind === 'VARCHAR' &&
      (byValue || target.length >= Math.min(column.octetLength ?? 0, MAX_VARCHAR))
    ) {
      const carriage = asUtf8(policies);
      return canExceed(column, MAX_VARCHAR) ? limited(carriage, MAX_VARCHAR, policies) : carriage;
    }
    return undefined;
  },
  carried: (value, column, target, { oversized, invalidText }) => {
    const isText = target.kind === 'VARCHAR';
    // What is no UTF-8 comes back changed, or not at all.
    const utf8Only = `IF(CONVERT(CONVERT(${value} USING utf8mb4) USING binary) = ${value}, ${value}, NULL)`;
    const valid = isText && invalidText === 'null' ? utf8Only : value;
    const limit = isText ? MAX_VARCHAR : MAX_BINARY;
    return oversized === 'null' && canExceed(column, limit) ? nullBeyondBytes(valid, value, limit) : valid;
  },
  compare: () => compareBytes,
};
