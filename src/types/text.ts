import { hasReplacementCharacter, isOfUnicode } from './character-set.ts';
import {
  ANY_LENGTH,
  asString,
  type Comparison,
  checked,
  compareText,
  type Encoder,
  plainText,
  type TypeFamily,
} from './family.ts';
import { fitsBytes } from './oversize.ts';
import { MAX_VARCHAR } from './snowflake-type.ts';
import type { SourceColumn } from './source-column.ts';
import { utf8Text } from './utf8.ts';

/** MariaDB has no length for these: https://mariadb.com/kb/en/uuid-data-type/ */
const PRINTED_LENGTHS: Readonly<Record<string, number>> = { uuid: 36, inet4: 15, inet6: 39 };

const length = (column: SourceColumn): number =>
  Math.min(column.characterLength ?? PRINTED_LENGTHS[column.dataType] ?? MAX_VARCHAR, MAX_VARCHAR);

/** Whether a value may have more bytes of UTF-8 than a VARCHAR takes: a character has four at the most. */
export const canExceedVarchar = (column: SourceColumn): boolean =>
  (column.characterLength ?? 0) * 4 > MAX_VARCHAR;

/**
 * Text of a set with codes that are no characters of Unicode: one that holds such a code comes as bytes that are no
 * UTF-8, or with U+FFFD where the set itself has no such character.
 */
const unlessLost = (set: string): Encoder => ({
  java: 'String',
  javaReads: ANY_LENGTH,
  bytesAreText: true,
  text: (cell) => {
    const text = Buffer.isBuffer(cell) ? utf8Text(cell) : plainText(cell);
    if (text === undefined || (text.includes('\ufffd') && !hasReplacementCharacter(set)))
      throw new RangeError('it has a code that is not a Unicode character');
    return text;
  },
});

const textEncoder = ({ characterSet }: SourceColumn): Encoder =>
  characterSet === null || isOfUnicode(characterSet) ? asString : unlessLost(characterSet);

const base: Omit<TypeFamily, 'names'> = {
  // VARCHAR(0) is legal in MySQL and not in Snowflake.
  snowflake: (column) => ({ kind: 'VARCHAR', length: Math.max(length(column), 1) }),
  encoder: (column, target, policies) => {
    if (target.kind !== 'VARCHAR') return undefined;
    // The SDK rejects texts that are longer than the column.
    if (target.length < length(column) && policies.narrowColumns !== 'reject') return undefined;
    const encoder = textEncoder(column);
    if (!canExceedVarchar(column)) return encoder;
    return checked(
      encoder,
      (cell) => fitsBytes(Buffer.byteLength(plainText(cell)), MAX_VARCHAR, policies),
      MAX_VARCHAR,
    );
  },
  compare: () => compareText,
};

/** The character types, and MariaDB's UUID and INET types. */
export const text: TypeFamily = {
  ...base,
  names: ['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext', 'uuid', 'inet4', 'inet6'],
};

/** ENUM, as its label. It sorts by number and compares as text. */
export const label: TypeFamily = { ...base, names: ['enum'] };

/** Labels hold no comma: https://dev.mysql.com/doc/refman/8.4/en/set.html */
const labels = (set: string): string => JSON.stringify(set === '' ? [] : set.split(','));

const asArray = ({ java, text, bytesAreText }: Encoder): Encoder => ({
  java,
  text: (cell) => labels(String(text(cell))),
  ...(bytesAreText && { bytesAreText }),
});

const compareArrays: Comparison = { ...compareText, target: (value) => `ARRAY_TO_STRING(${value}, ',')` };

/** SET: its labels with commas, or an ARRAY of them. It sorts by number and compares as text. */
export const labelSet: TypeFamily = {
  ...base,
  names: ['set'],
  snowflake: (column, policies) =>
    policies.sets === 'array' ? { kind: 'ARRAY' } : base.snowflake(column, policies),
  encoder: (column, target, policies) =>
    target.kind === 'ARRAY' && policies.sets === 'array'
      ? asArray(textEncoder(column))
      : base.encoder(column, target, policies),
  compare: (_column, target) => (target.kind === 'ARRAY' ? compareArrays : compareText),
};
