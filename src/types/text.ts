import {
  AS_SENT,
  asString,
  type Carriage,
  type Comparison,
  checked,
  compareText,
  plainText,
  type TypeFamily,
} from './family.ts';
import type { MySqlColumn } from './mysql-column.ts';
import { fitsBytes, nullBeyondBytes } from './oversize.ts';
import { MAX_VARCHAR } from './snowflake-type.ts';
import { utf8Text } from './utf8.ts';

/** MariaDB tells no length of these: https://mariadb.com/kb/en/uuid-data-type/ */
const PRINTED_LENGTHS: Readonly<Record<string, number>> = { uuid: 36, inet4: 15, inet6: 39 };

const length = (column: MySqlColumn): number =>
  Math.min(column.characterLength ?? PRINTED_LENGTHS[column.dataType] ?? MAX_VARCHAR, MAX_VARCHAR);

/** Bytes of UTF-8 that a value can have: MySQL's own sets take four a character at most. */
const canExceed = (column: MySqlColumn): boolean => (column.characterLength ?? 0) * 4 > MAX_VARCHAR;

/** Sets in which no code lacks a character of Unicode; `text-sets.test.ts` asks the server. */
const WHOLE_SETS =
  /^(utf8|utf8mb3|utf8mb4|utf16|utf16le|armscii8|cp85[02]|cp866|keybcs2|koi8[ru]|latin[1257]|macce|macroman)$/;

/** Sets that have the replacement character itself, U+FFFD. */
const WITH_REPLACEMENT = /^(ucs2|utf32|gb18030)$/;

/**
 * Text of a set with codes that are no characters of Unicode. For most of them the server puts a question mark, so that
 * a text that has more of them than before is sent as a byte that UTF-8 does not have, with the first of its own. Of
 * tis620 it makes U+FFFD, and half a surrogate pair, which MariaDB has in ucs2 and utf32, it sends as no UTF-8.
 * Bytes are asked for by CONVERT, as MariaDB's CAST gives NULL for a text that is longer than max_allowed_packet.
 */
const unlessLost = (set: string): Carriage => ({
  java: 'String',
  asSent: AS_SENT,
  read: (name) => {
    const unicode = `CONVERT(${name} USING utf8mb4)`;
    const bytesOf = (value: string) => `CONVERT(${value} USING binary)`;
    const sent = bytesOf(unicode);
    if (set === 'ucs2' || set === 'utf32') return sent;
    const bytes = bytesOf(name);
    const others = (value: string) => `CHAR_LENGTH(REPLACE(${value}, '?', ''))`;
    // REPLACE is NULL for a text beyond max_allowed_packet.
    const back = bytesOf(`CONVERT(${unicode} USING ${set})`);
    const isLost = `IFNULL(${others(unicode)} <> ${others(name)}, ${back} <> ${bytes})`;
    return `IF(${isLost}, CONCAT(x'FF', LEFT(${bytes}, 1024)), ${sent})`;
  },
  text: (cell) => {
    const text = Buffer.isBuffer(cell) ? utf8Text(cell) : plainText(cell);
    if (text === undefined || (text.includes('\ufffd') && !WITH_REPLACEMENT.test(set)))
      throw new RangeError('it holds a code that is no character of Unicode');
    return text;
  },
});

const textCarriage = ({ characterSet }: MySqlColumn): Carriage =>
  characterSet === null || WHOLE_SETS.test(characterSet) ? asString : unlessLost(characterSet);

const base: Omit<TypeFamily, 'mysql'> = {
  // VARCHAR(0) is legal in MySQL and not in Snowflake.
  snowflake: (column) => ({ kind: 'VARCHAR', length: Math.max(length(column), 1) }),
  carry: (column, target, policies) => {
    if (target.kind !== 'VARCHAR') return undefined;
    // The SDK refuses texts that are longer than the column.
    if (target.length < length(column) && policies.narrowColumns !== 'reject') return undefined;
    const carriage = textCarriage(column);
    if (!canExceed(column)) return carriage;
    return checked(carriage, (cell) => fitsBytes(Buffer.byteLength(plainText(cell)), MAX_VARCHAR, policies), {
      limit: MAX_VARCHAR,
    });
  },
  carried: (value, column, _target, { oversized }) =>
    canExceed(column) && oversized === 'null'
      ? nullBeyondBytes(value, `CONVERT(${value} USING utf8mb4)`, MAX_VARCHAR)
      : value,
  compare: () => compareText,
};

/** The character types, and MariaDB's UUID and INET types. */
export const text: TypeFamily = {
  ...base,
  mysql: ['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext', 'uuid', 'inet4', 'inet6'],
  // As hex, so that no mode of the server changes what it means.
  literal: (value) => `_utf8mb4 x'${Buffer.from(value).toString('hex')}'`,
};

/** ENUM, as its label. It sorts by number and compares as text. */
export const label: TypeFamily = { ...base, mysql: ['enum'] };

/** Labels hold no comma: https://dev.mysql.com/doc/refman/8.4/en/set.html */
const labels = (set: string): string => JSON.stringify(set === '' ? [] : set.split(','));

const asArray = ({ java, text, read }: Carriage): Carriage => ({
  java,
  text: (cell) => labels(String(text(cell))),
  ...(read && { read }),
});

const compareArrays: Comparison = { ...compareText, target: (value) => `ARRAY_TO_STRING(${value}, ',')` };

/** SET: its labels with commas, or an ARRAY of them. It sorts by number and compares as text. */
export const labelSet: TypeFamily = {
  ...base,
  mysql: ['set'],
  snowflake: (column, policies) =>
    policies.sets === 'array' ? { kind: 'ARRAY' } : base.snowflake(column, policies),
  carry: (column, target, policies) =>
    target.kind === 'ARRAY' && policies.sets === 'array'
      ? asArray(textCarriage(column))
      : base.carry(column, target, policies),
  compare: (_column, target) => (target.kind === 'ARRAY' ? compareArrays : compareText),
};
