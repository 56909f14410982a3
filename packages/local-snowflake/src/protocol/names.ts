import { canonicalName, displayName } from '../catalog/identifier.ts';
import { type StatusCode, StatusError } from './codes.ts';

/** A table as a request names it, in canonical names. */
export interface TableName {
  readonly database: string;
  readonly schema: string;
  readonly table: string;
}

/**
 * Reads the SQL identifier of a database, schema or table.
 * @throws StatusError `unknown` when it is not an identifier, since nothing can have that name.
 */
export function objectName(sql: string, unknown: StatusCode): string {
  try {
    return canonicalName(sql);
  } catch (cause) {
    throw new StatusError(unknown, undefined, { cause });
  }
}

/**
 * The canonical name of a channel. It follows the rule of identifiers (quoted as it is, otherwise upper
 * case), but takes any character: clients name channels `CHANNEL-1` without quotes.
 */
export function channelName(sql: string): string {
  const quoted = /^"((?:[^"]|"")*)"$/s.exec(sql);
  return quoted ? (quoted[1] as string).replaceAll('""', '"') : sql.toUpperCase();
}

/** How a channel is named in answers: in a form that {@link channelName} reads as the same name. */
export function displayChannel(name: string): string {
  return name === name.toUpperCase() && !name.startsWith('"') ? name : `"${name.replaceAll('"', '""')}"`;
}

/**
 * How a table is named in answers. The client sends these names back in its next requests, where they are
 * read as identifiers again, so what is not plain has to be quoted.
 */
export function displayTable(name: TableName): TableName {
  return {
    database: displayName(name.database),
    schema: displayName(name.schema),
    table: displayName(name.table),
  };
}
