import { checkTable, type TableProof } from '../check/check-table.ts';
import { isProven, missingRows } from '../check/proof.ts';
import { type ExitCode, exitCodeOf } from '../errors.ts';
import { readRejects } from '../rejects/rejects-file.ts';
import { provenText } from '../report/proven-text.ts';
import { proofLines } from '../report/run-text.ts';
import { visible } from '../report/visible.ts';
import { openSession } from '../snowflake/session.ts';
import { openSource } from '../source/source.ts';
import { refusalBeyond } from './refusal.ts';
import { told } from './told-error.ts';
import { toldSqlSettings } from './told-settings.ts';

/** `snowstream check`: the SQL check alone. */
export async function checkCommand(
  flags: Readonly<Record<string, unknown>>,
  { json }: { readonly json?: true },
): Promise<ExitCode> {
  const { settings } = toldSqlSettings(flags);
  await using source = await openSource(settings.mysql);
  await using snowflake = await openSession(settings.snowflake);
  const tables: TableProof[] = [];
  const { checksum } = settings;
  const targets = { ...settings.targets, resume: settings.resume };
  const rejects = settings.rejects === undefined ? undefined : readRejects(settings.rejects);
  for (const table of settings.tables)
    tables.push(await checkTable(source, snowflake, table, { ...targets, checksum, rejects }));
  process.stdout.write(
    `${json ? JSON.stringify({ tables }, null, 2) : visible(tables.map(text).join('\n'))}\n`,
  );
  if (!tables.every(({ proof }) => isProven(proof))) return exitCodeOf('ROWS_DIFFER');
  const refusal = refusalBeyond(missingRows(tables), settings);
  return refusal === undefined ? 0 : told(refusal);
}

function text({ source, target, proof }: TableProof): string {
  const verdict = isProven(proof) ? provenText(proof.targetRows, proof.refusedRows) : 'NOT PROVEN';
  return [`${source} → ${target}: ${verdict}`, ...proofLines(proof)].join('\n');
}
