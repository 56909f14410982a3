import { tokenize } from '../sql/token.ts';

/** Cuts a text into its statements at the semicolons between them. */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let start = 0;
  let empty = true;
  for (const token of tokenize(sql)) {
    const ends = token.kind === 'end' || (token.kind === 'operator' && token.value === ';');
    if (ends && !empty) statements.push(sql.slice(start, token.kind === 'end' ? sql.length : token.start));
    if (ends) start = token.end;
    empty = ends;
  }
  return statements;
}
