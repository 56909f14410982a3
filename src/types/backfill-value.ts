import type { FittedColumn } from './column-mapping.ts';
import type { SourceColumn } from './source-column.ts';

/**
 * What a column that the source has gained holds in rows that were there before, in the form of its Java class.
 *
 * @returns `undefined` where MySQL has no constant for them, or one that cannot be encoded
 */
export function backfillValue({ source, encoder }: FittedColumn): string | undefined {
  const value = constantOf(source);
  if (value === undefined) return undefined;
  try {
    const encoded = encoder.text(cellText(value, source));
    return typeof encoded === 'string' ? encoded : (encoded.text ?? undefined);
  } catch (error) {
    // A value that would have its row rejected; bytes too, which no description of a default holds as they are.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** MySQL fills old rows with the default, or with the type's zero in a column that may not be NULL. */
function constantOf(column: SourceColumn): string | undefined {
  const { defaultValue, defaultIsExpression, generated, nullable, dataType } = column;
  if (generated || defaultIsExpression) return undefined;
  // Of a FLOAT six digits are shown, and more may be stored.
  if (dataType === 'float' && digitsOf(defaultValue ?? '') >= FLOAT_DIGITS) return undefined;
  if (defaultValue !== null) return defaultValue;
  return nullable ? undefined : IMPLICIT.get(dataType)?.(column);
}

const NUMBERS = [
  ...['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'year', 'decimal', 'float', 'double', 'bit'],
];
const TEXTS = ['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext', 'set'];

/** https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html */
const IMPLICIT = new Map<string, (column: SourceColumn) => string | undefined>([
  ...NUMBERS.map((type) => [type, () => '0'] as const),
  ...TEXTS.map((type) => [type, () => ''] as const),
  ['time', () => '00:00:00'],
  // The first label, in which '' is a quote.
  ['enum', ({ columnType }) => /^enum\('((?:[^']|'')*)'/i.exec(columnType)?.[1]?.replaceAll("''", "'")],
]);

const FLOAT_DIGITS = 6;

/** Digits that count. */
const digitsOf = (number: string): number =>
  number.replace(/e.*$/i, '').replace(/\D/g, '').replace(/^0+/, '').length;

/** A default as a row would bring it: servers write those of BIT as b'101', and those of FLOAT by what is stored. */
function cellText(value: string, { dataType }: SourceColumn): string {
  if (dataType === 'float') return String(Math.fround(Number(value)));
  const bits = /^b'([01]+)'$/.exec(value)?.[1];
  return bits === undefined ? value : String(BigInt(`0b${bits}`));
}
