/**
 * A MySQL identifier in back-ticks. The only place that quotes names for MySQL.
 *
 * @example mysqlIdentifier('a`b'); // '`a``b`'
 */
export function mysqlIdentifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A table with its database, quoted. */
export function mysqlTable(database: string, table: string): string {
  return `${mysqlIdentifier(database)}.${mysqlIdentifier(table)}`;
}
