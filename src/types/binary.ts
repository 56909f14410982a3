import type { Cell } from './cell.ts';
import {
  ANY_LENGTH,
  type Comparison,
  checked,
  type Encoder,
  replaceOrReject,
  type TypeFamily,
} from './family.ts';
import { fitsBytes } from './oversize.ts';
import type { Policies, Replacement } from './policy.ts';
import { MAX_BINARY, MAX_VARCHAR } from './snowflake-type.ts';
import type { SourceColumn } from './source-column.ts';
import { utf8Text } from './utf8.ts';

const length = (column: SourceColumn): number => Math.min(column.octetLength ?? MAX_BINARY, MAX_BINARY);

/** Whether a value may have more bytes than that. */
export const canExceedBytes = (column: SourceColumn, limit: number): boolean =>
  (column.octetLength ?? limit + 1) > limit;

function bytesOf(cell: Exclude<Cell, null>): Buffer {
  if (!Buffer.isBuffer(cell)) throw new RangeError('a binary column returned a value that is not bytes');
  return cell;
}

const asBytes: Encoder = {
  java: 'bytes',
  text: (cell) => bytesOf(cell).toString('hex'),
  javaReads: ANY_LENGTH,
};

/** Bytes that are text: what a VARCHAR holds has to be UTF-8. */
const asUtf8 = ({ invalidText }: Policies): Encoder => ({
  java: 'String',
  javaReads: ANY_LENGTH,
  text: (cell): string | Replacement =>
    utf8Text(bytesOf(cell)) ??
    replaceOrReject('invalidText', invalidText, () => 'the bytes are no UTF-8 text'),
});

const limited = (encoder: Encoder, limit: number, policies: Policies): Encoder =>
  checked(encoder, (cell) => fitsBytes(bytesOf(cell).length, limit, policies), limit);

const compareBytes: Comparison = {
  form: { kind: 'hex' },
  target: (value) => `HEX_ENCODE(${value})`,
  byBytes: false,
  inTextOrder: true,
  exact: true,
};

/** BINARY, VARBINARY and the BLOBs. BINARY(n) keeps its zero padding. */
export const binary: TypeFamily = {
  names: ['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob'],
  snowflake: (column) => ({ kind: 'BINARY', length: Math.max(length(column), 1) }),
  encoder: (column, target, policies) => {
    const byValue = policies.narrowColumns === 'reject';
    if (target.kind === 'BINARY' && (byValue || target.length >= length(column)))
      return canExceedBytes(column, MAX_BINARY) ? limited(asBytes, MAX_BINARY, policies) : asBytes;
    if (
      target.kind === 'VARCHAR' &&
      (byValue || target.length >= Math.min(column.octetLength ?? 0, MAX_VARCHAR))
    ) {
      const encoder = asUtf8(policies);
      return canExceedBytes(column, MAX_VARCHAR) ? limited(encoder, MAX_VARCHAR, policies) : encoder;
    }
    return undefined;
  },
  compare: () => compareBytes,
};
