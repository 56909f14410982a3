import { tokenize } from '../sql/token.ts';

/**
 * The id in `SELECT * FROM TABLE(RESULT_SCAN('…'))`, the statement with which JDBC and the Python connector fetch
 * what an asynchronous query came to.
 */
export function scannedQuery(sql: string): string | undefined {
  if (!/result_scan/i.test(sql)) return undefined;
  const tokens = tokenize(sql).filter(({ kind, value }) => kind !== 'end' && value !== ';');
  const shape = tokens.map(({ kind, value }) => (kind === 'string' ? "'" : value)).join(' ');
  if (shape !== "SELECT * FROM TABLE ( RESULT_SCAN ( ' ) )") return undefined;
  return tokens.find(({ kind }) => kind === 'string')?.value;
}
