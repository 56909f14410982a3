import type { FittedColumn } from './column-mapping.ts';
import type { MySqlColumn } from './mysql-column.ts';

/** A value of a column, as SQL writes it. */
export interface Constant {
  readonly text: string;
  /** Whether it stands in quotes. */
  readonly quoted: boolean;
}

/**
 * What rows that were there before a column came have in it, as far as that is a constant which the target's type
 * takes as a default.
 */
export function constantDefault({ source, type, carriage }: FittedColumn): Constant | undefined {
  // Snowflake takes no constants of these types as a default.
  if (['BINARY', 'VARIANT', 'ARRAY', 'OBJECT'].includes(type.kind)) return undefined;
  const value = valueOfOldRows(source);
  const text = value === undefined ? undefined : carried(() => carriage.text(cellText(value)));
  return text === undefined
    ? undefined
    : { text, quoted: !['NUMBER', 'FLOAT', 'BOOLEAN'].includes(type.kind) };
}

/** MySQL fills old rows with the default, or with the type's zero in a column that may not be NULL. */
function valueOfOldRows(column: MySqlColumn): string | undefined {
  const { defaultValue, defaultIsExpression, generated, nullable, dataType } = column;
  if (generated || defaultIsExpression) return undefined;
  if (defaultValue !== null) return defaultValue;
  return nullable ? undefined : IMPLICIT[dataType]?.(column);
}

const zero = (): string => '0';
const empty = (): string => '';

/** https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html */
const IMPLICIT: Readonly<Record<string, (column: MySqlColumn) => string | undefined>> = {
  ...Object.fromEntries(
    ['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal', 'float', 'double', 'bit', 'year'].map(
      (name) => [name, zero],
    ),
  ),
  ...Object.fromEntries(
    ['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext', 'set'].map((name) => [name, empty]),
  ),
  time: () => '00:00:00',
  // The first label, where '' stands for a quote.
  enum: ({ columnType }) => /^enum\('((?:[^']|'')*)'/i.exec(columnType)?.[1]?.replaceAll("''", "'"),
};

/** A default as a row would bring it: both servers write those of BIT as b'101'. */
function cellText(value: string): string {
  const bits = /^b'([01]+)'$/.exec(value)?.[1];
  return bits === undefined ? value : String(BigInt(`0b${bits}`));
}

/** A default that could not be carried in a row, a zero date for one, is none. */
function carried(text: () => ReturnType<FittedColumn['carriage']['text']>): string | undefined {
  try {
    const value = text();
    return typeof value === 'string' ? value : (value.text ?? undefined);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
