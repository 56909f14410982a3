import type { Cell } from './cell.ts';
import { ANY_LENGTH, checked, compareText, type Encoder, plainText, type TypeFamily } from './family.ts';
import { fitsBytes } from './oversize.ts';
import { MAX_VARCHAR } from './snowflake-type.ts';

/**
 * A VARIANT takes 64 bytes less than a VARCHAR:
 * https://github.com/snowflakedb/snowflake-ingest-java/blob/master/src/main/java/net/snowflake/ingest/streaming/internal/DataValidationUtil.java
 */
export const MAX_VARIANT = MAX_VARCHAR - 64;

/**
 * The text as it is. One without a character is no JSON: MySQL sends it, with a warning, in place of a text that is
 * longer than its max_allowed_packet, and the SDK would make it NULL.
 */
const asJson: Encoder = {
  java: 'Json',
  text: (cell) => {
    const text = plainText(cell);
    if (text.trim() !== '') return text;
    throw new RangeError(
      "MySQL sent an empty text, which is not JSON: it does so where the text is longer than the server's max_allowed_packet",
    );
  },
  javaReads: ANY_LENGTH,
};

/** JSON: its text, so that numbers keep their digits. Smallest and largest mean nothing for a VARIANT. */
export const json: TypeFamily = {
  names: ['json'],
  snowflake: () => ({ kind: 'VARIANT' }),
  encoder: (_column, target, policies) => {
    const byValue = policies.narrowColumns === 'reject';
    const isText = target.kind === 'VARCHAR' && (byValue || target.length >= MAX_VARCHAR);
    if (target.kind !== 'VARIANT' && !isText) return undefined;
    const limit = isText ? MAX_VARCHAR : MAX_VARIANT;
    const fits = (cell: Exclude<Cell, null>) => {
      const text = plainText(cell);
      // No text of so few units can have too many bytes.
      return text.length * 3 <= limit ? undefined : fitsBytes(Buffer.byteLength(text), limit, policies);
    };
    return checked(asJson, fits, limit);
  },
  compare: (_column, target) => (target.kind === 'VARCHAR' ? compareText : undefined),
};
