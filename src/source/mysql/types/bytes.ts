import { binary as binaryType, canExceedBytes } from '../../../types/binary.ts';
import { MAX_BINARY, MAX_VARCHAR } from '../../../types/snowflake-type.ts';
import { vector as vectorType } from '../../../types/vector.ts';
import { nullBeyondBytes, type SqlFamily } from './sql-family.ts';

/** BINARY, VARBINARY and the BLOBs. */
export const binary: SqlFamily = {
  names: binaryType.names,
  literal: (text) => (/^([\da-f]{2})*$/i.test(text) ? `x'${text}'` : undefined),
  written: (value, { source, type, policies: { oversized, invalidText } }) => {
    const isText = type.kind === 'VARCHAR';
    // What is no UTF-8 comes back changed, or not at all.
    const utf8Only = `IF(CONVERT(CONVERT(${value} USING utf8mb4) USING binary) = ${value}, ${value}, NULL)`;
    const valid = isText && invalidText === 'null' ? utf8Only : value;
    const limit = isText ? MAX_VARCHAR : MAX_BINARY;
    return oversized === 'null' && canExceedBytes(source, limit)
      ? nullBeyondBytes(valid, value, limit)
      : valid;
  },
  printed: (value) => `HEX(${value})`,
};

/** VECTOR. Its bytes are read, because VECTOR_TO_STRING prints six digits of the nine that a float has. */
export const vector: SqlFamily = {
  names: vectorType.names,
  read: (quoted) => `CAST(${quoted} AS BINARY)`,
  printed: (value) => `HEX(${value})`,
};
