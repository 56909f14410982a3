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

/** Words that may follow BEGIN where it opens a transaction, and not a block of Snowflake Scripting. */
const OF_TRANSACTION = ['WORK', 'TRANSACTION', 'NAME', ';'];

/** Whether a text holds more than one statement; a block of Snowflake Scripting is one. */
export function isSeveral(sql: string): boolean {
  if (!sql.includes(';')) return false;
  const [first, second] = tokenize(sql);
  const opensBlock = first?.value === 'BEGIN' && !OF_TRANSACTION.includes(second?.value ?? '');
  const isBlock = first?.kind === 'word' && (first.value === 'DECLARE' || opensBlock);
  return !isBlock && splitStatements(sql).length > 1;
}
