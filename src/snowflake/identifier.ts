/** A name that needs no quotes: the form of an unquoted identifier in Snowflake. */
const PLAIN = /^[A-Z_][A-Z0-9_$]*$/;

/**
 * The name that Snowflake stores for an identifier as people write it: upper-cased unless it is quoted.
 *
 * @example
 * canonicalName('customer_id'); // 'CUSTOMER_ID'
 * canonicalName('"Customer Id"'); // 'Customer Id'
 */
export function canonicalName(written: string): string {
  return /^".*"$/s.test(written) ? written.slice(1, -1).replaceAll('""', '"') : written.toUpperCase();
}

/**
 * A stored name as an SQL identifier, always quoted. The only place that quotes names for Snowflake.
 *
 * @example quoteIdentifier('a"b'); // '"a""b"'
 */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * A stored name as the streaming SDK takes it: quoted only where necessary, so that keys of HashMaps and names in
 * messages look familiar.
 */
export function displayIdentifier(name: string): string {
  return PLAIN.test(name) ? name : quoteIdentifier(name);
}

/** A table by its stored names. */
export interface TableName {
  readonly database: string;
  readonly schema: string;
  readonly table: string;
}

/**
 * A table's full name, quoted.
 *
 * @example
 * qualifiedName({ database: 'SHOP', schema: 'RAW', table: 'people' }); // '"SHOP"."RAW"."people"'
 */
export function qualifiedName({ database, schema, table }: TableName): string {
  return [database, schema, table].map(quoteIdentifier).join('.');
}

/** A table's full name for people. */
export function displayName({ database, schema, table }: TableName): string {
  return [database, schema, table].map(displayIdentifier).join('.');
}
