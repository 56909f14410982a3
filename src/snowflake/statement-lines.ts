/**
 * The lines of a statement. A line end inside of a quoted name or a text belongs to it: the line goes on.
 *
 * @example statementLines('CREATE TABLE T (\n  "a\nb" DATE\n)'); // ['CREATE TABLE T (', '  "a\nb" DATE', ')']
 */
export function statementLines(sql: string): string[] {
  // Quotes inside of quotes are doubled, also where a backslash is before them, so that two parts of a text follow.
  return sql.match(/(?:"[^"]*"|'[^']*'|[^\n])+/gu) ?? [];
}
