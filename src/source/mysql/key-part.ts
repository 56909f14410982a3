import { SnowstreamError } from '../../errors.ts';
import type { SourceColumn } from '../../types/source-column.ts';
import { mysqlIdentifier } from './identifier.ts';
import { sqlFamilyOf } from './types/sql-types.ts';

/** One column of a key, as SQL: how it is read, and how a value that was read picks rows. */
export interface KeyPart {
  readonly column: SourceColumn;
  /** The expression that reads it exactly. */
  readonly read: string;
  /** The condition for larger values, by the order of `ORDER BY`. */
  after(value: string): string;
  /** The condition for rows of that value. */
  is(value: string): string;
  /** What `is` compares: the column, or an expression for it. */
  readonly operand: string;
  /** What it is compared with, so that a list can have many values. */
  literal(value: string): string;
}

/**
 * @throws SnowstreamError SOURCE_NO_KEY for a type whose order is not that of its comparison (JSON, geometry).
 */
export function keyPart(column: SourceColumn): KeyPart {
  if (column.dataType === 'enum') return enumPart(column);
  if (column.dataType === 'set') return setPart(column);
  const name = mysqlIdentifier(column.name);
  const family = sqlFamilyOf(column.dataType);
  const literal = family?.literal;
  if (literal === undefined) {
    throw noKey(column, column.dataType);
  }
  const disorder = disorderOf(column);
  if (disorder !== undefined) throw noKey(column, disorder);
  if (isLossy(column)) return encodedPart(column, name);
  return compared(column, family?.read?.(name, column) ?? name, name, literal);
}

function compared(
  column: SourceColumn,
  read: string,
  name: string,
  literal: (value: string) => string | undefined,
): KeyPart {
  const checked = (value: string) => literal(value) ?? invalidKey(column);
  return {
    column,
    read,
    after: (value) => `${name} > ${checked(value)}`,
    is: (value) => `${name} = ${checked(value)}`,
    operand: name,
    literal: checked,
  };
}

/**
 * What keeps a text from being read in its order: ORDER BY, when it sorts, has it elsewhere than `>` does. In latin7
 * some control characters weigh less than a space and more than what a shorter CHAR is filled up with.
 */
function disorderOf({ dataType, collation, mariaDbNoPad }: SourceColumn): string | undefined {
  if (collation === null) return undefined;
  if (dataType === 'char' && mariaDbNoPad)
    return `CHAR in ${collation}, which MariaDB sorts otherwise than it compares,`;
  if (dataType === 'char' && /^latin7_.*_c[is]$/.test(collation))
    return `CHAR in ${collation}, which MySQL sorts otherwise than it compares,`;
  if (collation.endsWith('_czech_cs'))
    return `text in ${collation}, by which MySQL has some values after themselves,`;
  if (collation === 'tis620_thai_ci')
    return `text in ${collation}, which MySQL sorts otherwise than it compares,`;
  return undefined;
}

/** Sets of which each character has one code, and that code one of Unicode. */
const EXACT_SETS = /^(utf8|utf8mb3|utf8mb4|latin[1257]|koi8[ru]|mac\w+|cp85[02]|cp866)$/;

/**
 * Whether a text that went through UTF-8 may come back as another one: in sjis a backslash does, in gbk and others
 * characters that have two codes, in utf16 half a surrogate pair. Such a key would be looked for in the wrong place.
 */
function isLossy({ characterSet }: SourceColumn): boolean {
  return characterSet !== null && !EXACT_SETS.test(characterSet);
}

/** Texts that come back as they went are themselves; others, and those that look so, are `0x` and their bytes. */
function encodedPart(column: SourceColumn, name: string): KeyPart {
  const set = column.characterSet;
  const collate = `COLLATE ${column.collation}`;
  const utf8 = `CONVERT(${name} USING utf8mb4)`;
  const bytes = (text: string) => `CAST(${text} AS BINARY)`;
  // MariaDB has half surrogate pairs in these two, and hands them over as bytes that are not UTF-8.
  const comesBack =
    set === 'ucs2' || set === 'utf32'
      ? 'FALSE'
      : `${bytes(`CONVERT(${utf8} USING ${set})`)} = ${bytes(name)} AND ${utf8} NOT LIKE '0x%'`;
  return compared(column, `IF(${comesBack}, ${utf8}, CONCAT('0x', HEX(${name})))`, name, (value) =>
    /^0x([\da-f]{2})*$/i.test(value)
      ? `_${set} x'${value.slice(2)}' ${collate}`
      : `CONVERT(_utf8mb4 x'${Buffer.from(value).toString('hex')}' USING ${set}) ${collate}`,
  );
}

function noKey(column: SourceColumn, what: string): SnowstreamError {
  return new SnowstreamError(
    'SOURCE_NO_KEY',
    `column ${column.name} is ${what} and cannot be a key to read by: name another unique key in the table's "key" in the config file`,
  );
}

const number = (column: SourceColumn, value: string): bigint =>
  /^\d+$/.test(value) ? BigInt(value) : invalidKey(column);

/** Labels of an ENUM up to which the later ones are listed. */
const LISTED = 256;

/**
 * ENUM is in the order of its labels' numbers. A list of the numbers to come is answered from the index, as
 * `CAST(…) > n` is not.
 */
function enumPart(column: SourceColumn): KeyPart {
  const name = mysqlIdentifier(column.name);
  const read = `CAST(${name} AS UNSIGNED)`;
  const labels = column.columnType.match(/'(?:[^']|'')*'/g)?.length ?? 0;
  return {
    column,
    read,
    after: (value) => {
      const first = Number(number(column, value)) + 1;
      if (first > labels) return 'FALSE';
      if (labels - first >= LISTED) return `${read} >= ${first}`;
      return `${name} IN (${Array.from({ length: labels - first + 1 }, (_, index) => first + index).join()})`;
    },
    is: (value) => `${name} = ${number(column, value)}`,
    operand: name,
    literal: (value) => String(number(column, value)),
  };
}

/** SET is in the order of its bits; the server compares a bare SET with a number as doubles, so it is cast. */
function setPart(column: SourceColumn): KeyPart {
  const name = mysqlIdentifier(column.name);
  const read = `CAST(${name} AS UNSIGNED)`;
  return {
    column,
    read,
    after: (value) => `${read} > ${number(column, value)}`,
    is: (value) => `${read} = ${number(column, value)}`,
    operand: read,
    literal: (value) => String(number(column, value)),
  };
}

function invalidKey(column: SourceColumn): never {
  throw new SnowstreamError(
    'OFFSET_TOKEN_INVALID',
    `the committed offset token holds a key that column ${column.name} (${column.columnType}) cannot have`,
  );
}
