import {
  type DataType,
  isSemiStructured,
  MAX_BINARY_LENGTH,
  MAX_TEXT_LENGTH,
} from '../../catalog/data-type.ts';
import { once } from './once.ts';

/**
 * Bytes of a value that is neither stored nor part of a result: an expression may go through larger ones.
 * https://docs.snowflake.com/en/release-notes/bcr-bundles/2024_08/bcr-1779
 */
const MAX_PASSING_BYTES = 8 * MAX_TEXT_LENGTH;

/** Bytes of a value that is stored or part of a result; undefined for types whose values are small. */
function maxBytes(type: DataType): number | undefined {
  if (type.kind === 'TEXT') return Math.max(type.length, MAX_TEXT_LENGTH);
  if (type.kind === 'BINARY') return Math.max(type.length, MAX_BINARY_LENGTH);
  return isSemiStructured(type) ? MAX_TEXT_LENGTH : undefined;
}

/** Whether the type alone says that no value is too large: a character has four bytes at most. */
function alwaysFits(type: DataType): boolean {
  return maxBytes(type) === undefined || (type.kind === 'TEXT' && 4 * type.length <= MAX_TEXT_LENGTH);
}

/**
 * DuckDB SQL for a value that is to be stored or to be part of a result. It fails with 100082 where the value is larger
 * than its type can be.
 *
 * @param from the type that the value has already; a short text needs no look
 */
export function limitedSize(sql: string, type: DataType, from: DataType = type): string {
  const limit = maxBytes(type);
  if (limit === undefined || alwaysFits(from)) return sql;
  const check = (name: string): string => {
    const size = type.kind === 'BINARY' ? `octet_length(${name})` : `strlen(${name})`;
    const message = `'Max LOB size (${limit}) exceeded, actual size of parsed column is ' || ${size}`;
    return `CASE WHEN ${size} > ${limit} THEN sf_fail('100082|22000', ${message}) ELSE ${name} END`;
  };
  // A name is computed once wherever it is used.
  return /^[\w.$"]+$/.test(sql) ? check(sql) : once(sql, check);
}

/**
 * DuckDB SQL for an argument that decides how large a value is: the value fails with 100078 before it is computed where
 * it would be larger than a value inside an expression may be. It is the argument that fails, as DuckDB computes
 * an expression of constants when it plans the query, whichever CASE it is in.
 *
 * @param bytes SQL for the size that the value would have, or for a number that it does not go beyond
 * @param begins SQL for the text that the value begins with, for the message
 */
export function boundedBy(bytes: string, begins: string, argument: string): string {
  const message = `'String ''' || left(${begins}, 100) || '...'' is too long and would be truncated'`;
  return `CASE WHEN ${bytes} > ${MAX_PASSING_BYTES} THEN sf_fail('100078|22000', ${message}) ELSE ${argument} END`;
}
