import type { Cell } from '../../types/cell.ts';
import type { SourceColumn } from '../../types/source-column.ts';
import { mysqlIdentifier } from './identifier.ts';

/** What {@link columnOf} wants of `information_schema.COLUMNS`, in its order. */
export const COLUMN_FIELDS = `COLUMN_NAME, ORDINAL_POSITION, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, CHARACTER_MAXIMUM_LENGTH,
         CHARACTER_OCTET_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION, CHARACTER_SET_NAME,
         COLLATION_NAME, COLUMN_COMMENT, EXTRA, COLUMN_DEFAULT`;

/** What the server says of itself that changes how its descriptions are read. */
export interface Dialect {
  readonly isMariaDb: boolean;
}

/** A text of `information_schema`, which some servers send as bytes; empty for NULL. */
export const textOf = (cell: Cell | undefined): string =>
  Buffer.isBuffer(cell) ? cell.toString() : String(cell ?? '');

/** A number of `information_schema`, or null. */
export const numberOf = (cell: Cell | undefined): number | null =>
  cell === null || cell === undefined ? null : Number(textOf(cell));

const nullableText = (cell: Cell | undefined): string | null =>
  cell === null || cell === undefined ? null : textOf(cell);

/**
 * A column from its row of {@link COLUMN_FIELDS}.
 *
 * @param checks the table's `json_valid` constraints, by which MariaDB's JSON is distinguished from LONGTEXT
 */
export function columnOf(row: readonly Cell[], dialect: Dialect, checks: ReadonlySet<string>): SourceColumn {
  const name = textOf(row[0]);
  const dataType = textOf(row[2]).toLowerCase();
  const columnType = textOf(row[3]);
  const isJson = dataType === 'longtext' && checks.has(`json_valid(${mysqlIdentifier(name)})`);
  const extra = textOf(row[13]);
  const written = nullableText(row[14]);
  const collation = nullableText(row[11]);
  // MySQL's newer names are aliases of MariaDB's own collations: https://jira.mariadb.org/browse/MDEV-20912
  const isNoPad = dialect.isMariaDb && /_nopad_|_0900_/.test(collation ?? '');
  return {
    name,
    ordinal: numberOf(row[1]) ?? 0,
    dataType: isJson ? 'json' : dataType,
    columnType,
    nullable: textOf(row[4]) === 'YES',
    unsigned: /\bunsigned\b/i.test(columnType),
    characterLength: numberOf(row[5]),
    octetLength: numberOf(row[6]),
    numericPrecision: numberOf(row[7]),
    numericScale: numberOf(row[8]),
    datetimePrecision: numberOf(row[9]) ?? 0,
    characterSet: nullableText(row[10]),
    collation,
    ...(isNoPad && { mariaDbNoPad: true }),
    comment: textOf(row[12]),
    // MySQL says DEFAULT_GENERATED of a default that is an expression.
    generated: /\b(VIRTUAL|STORED|PERSISTENT)( GENERATED)?\b/i.test(extra),
    invisible: /\bINVISIBLE\b/i.test(extra),
    ...(dialect.isMariaDb ? mariaDbDefault(written) : mysqlDefault(written, extra)),
  };
}

type Default = Pick<SourceColumn, 'defaultValue' | 'defaultIsExpression'>;

/** MySQL writes a value bare and marks an expression in EXTRA; 5.7 knows CURRENT_TIMESTAMP only, and has no mark. */
function mysqlDefault(written: string | null, extra: string): Default {
  const isExpression =
    written !== null &&
    (/\bDEFAULT_GENERATED\b/i.test(extra) || /^CURRENT_TIMESTAMP(\(\d?\))?$/i.test(written));
  return { defaultValue: written, defaultIsExpression: isExpression };
}

/**
 * MariaDB writes SQL: a quoted text, a number, NULL or an expression.
 * https://mariadb.com/kb/en/information-schema-columns-table/
 */
function mariaDbDefault(written: string | null): Default {
  if (written === null || written === 'NULL') return { defaultValue: null, defaultIsExpression: false };
  if (/^'(?:[^'\\]|''|\\.)*'$/s.test(written)) {
    const value = written.slice(1, -1).replace(/''|\\(.)/gs, (_all, escaped) => unescaped(escaped));
    return { defaultValue: value, defaultIsExpression: false };
  }
  const isValue = /^(-?\d+(\.\d+)?(e[+-]?\d+)?|[bx]'[\da-f]*')$/i.test(written);
  return { defaultValue: written, defaultIsExpression: !isValue };
}

const ESCAPES: Readonly<Record<string, string>> = { '0': '\0', n: '\n', r: '\r', Z: '\u001a' };

const unescaped = (letter: string | undefined): string =>
  letter === undefined ? "'" : (ESCAPES[letter] ?? letter);
