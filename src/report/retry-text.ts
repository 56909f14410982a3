import { isProven } from '../check/proof.ts';
import type { RetryReport } from '../retry-rejects.ts';
import { provenText } from './proven-text.ts';
import { proofLines } from './run-text.ts';
import { grouped } from './thousands.ts';

/** Rows that are printed of those that were rejected again or are gone; the JSON has all. */
const SHOWN = 5;

/** What `retry-rejects` prints: the result for each table, and as its last line what remains. */
export function retryLines({ tables, rejects, left }: RetryReport): string[] {
  return [
    ...tables.flatMap((table) => [
      `${table.source} → ${table.target}, by channel ${table.channel}`,
      count('Records sent', table.rowsSent),
      ...listed(
        'Records rejected again',
        table.rejectedAgain.map(
          ({ key, column, reason }) => `key ${key.join(', ')}, column ${column ?? '?'}: ${reason}`,
        ),
      ),
      ...listed(
        'Records gone from the source',
        table.gone.map((key) => `key ${key.join(', ')}`),
      ),
      ...(table.waiting > 0 ? [count('Records left to the next run', table.waiting)] : []),
      ...(table.withoutKey > 0 ? [count('Records without a key, not sent', table.withoutKey)] : []),
      `  ${isProven(table.proof) ? provenText(table.proof.targetRows, table.proof.rejectedRows) : 'NOT PROVEN'}`,
      ...proofLines(table.proof),
    ]),
    '',
    left === 0
      ? `Nothing remains in ${rejects}: the file is removed.`
      : `${grouped(left)} ${left === 1 ? 'record remains' : 'records remain'} in ${rejects}.`,
  ];
}

function listed(label: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length - SHOWN;
  return [
    count(label, lines.length),
    ...lines.slice(0, SHOWN).map((line) => `    ${line}`),
    ...(more > 0 ? [`    and ${grouped(more)} more`] : []),
  ];
}

function count(label: string, records: number): string {
  return `  ${`${label}:`.padEnd(34)} ${grouped(records)}`;
}
