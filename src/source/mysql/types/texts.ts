import { isOfUnicode } from '../../../types/character-set.ts';
import { json as jsonType, MAX_VARIANT } from '../../../types/json.ts';
import { MAX_VARCHAR } from '../../../types/snowflake-type.ts';
import type { SourceColumn } from '../../../types/source-column.ts';
import { spatial as spatialType } from '../../../types/spatial.ts';
import { canExceedVarchar, label, labelSet, text as textType } from '../../../types/text.ts';
import { asUtf8, nullBeyondBytes, type SqlFamily } from './sql-family.ts';

/**
 * A text of a set with codes that are no characters of Unicode. For most of them the server puts a question mark, so
 * that a text that has more of them than before is sent as a byte that UTF-8 does not have, with the first of its own.
 * Of tis620 it makes U+FFFD, and half a surrogate pair, which MariaDB has in ucs2 and utf32, it sends as no UTF-8.
 * Bytes are asked for by CONVERT, as MariaDB's CAST gives NULL for a text that is longer than max_allowed_packet.
 */
function markedWhereLost(name: string, set: string): string {
  const unicode = asUtf8(name);
  const bytesOf = (value: string) => `CONVERT(${value} USING binary)`;
  const sent = bytesOf(unicode);
  if (set === 'ucs2' || set === 'utf32') return sent;
  const bytes = bytesOf(name);
  const others = (value: string) => `CHAR_LENGTH(REPLACE(${value}, '?', ''))`;
  // REPLACE is NULL for a text beyond max_allowed_packet.
  const back = bytesOf(`CONVERT(${unicode} USING ${set})`);
  const isLost = `IFNULL(${others(unicode)} <> ${others(name)}, ${back} <> ${bytes})`;
  return `IF(${isLost}, CONCAT(x'FF', LEFT(${bytes}, 1024)), ${sent})`;
}

const base: Omit<SqlFamily, 'names'> = {
  read: (quoted, { characterSet }: SourceColumn) =>
    characterSet === null || isOfUnicode(characterSet) ? quoted : markedWhereLost(quoted, characterSet),
  written: (value, { source, policies }) =>
    canExceedVarchar(source) && policies.oversized === 'null'
      ? nullBeyondBytes(value, asUtf8(value), MAX_VARCHAR)
      : value,
  printed: (value) => value,
};

/** The character types, and MariaDB's UUID and INET types. */
export const text: SqlFamily = {
  ...base,
  names: textType.names,
  // As hex, so that no mode of the server changes what it means.
  literal: (value) => `_utf8mb4 x'${Buffer.from(value).toString('hex')}'`,
};

/** ENUM and SET, as their labels. They sort by number and compare as text. */
export const labels: SqlFamily = { ...base, names: [...label.names, ...labelSet.names] };

/** JSON. */
export const json: SqlFamily = {
  names: jsonType.names,
  written: (value, { type, policies }) =>
    policies.oversized === 'null'
      ? nullBeyondBytes(value, asUtf8(value), type.kind === 'VARIANT' ? MAX_VARIANT : MAX_VARCHAR)
      : value,
  printed: asUtf8,
};

/**
 * Well-known text with the coordinates in the order in which they are stored. MySQL 8 turns those of a geographic
 * system round, so the four bytes of the system's number are left out; MariaDB never turns them.
 * https://dev.mysql.com/doc/refman/8.4/en/gis-data-formats.html
 */
const wellKnownText = (geometry: string): string => `ST_AsText(ST_GeomFromWKB(SUBSTRING(${geometry}, 5)))`;

/** The geometry types, as well-known text. */
export const spatial: SqlFamily = {
  names: spatialType.names,
  read: wellKnownText,
  printed: wellKnownText,
};
