/** A text as a DuckDB string literal; NUL, which DuckDB's parser does not take, goes through `chr(0)`. */
export function duckText(value: string): string {
  const parts = value.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? (parts[0] as string) : `(${parts.join(' || chr(0) || ')})`;
}
