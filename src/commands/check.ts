import { checkSharedTables, type TableProof } from '../check/check-table.ts';
import { isProven, missingRows } from '../check/proof.ts';
import { loadSettings } from '../config/load.ts';
import { byTarget, refuseSharedTargets } from '../plan/shared-target.ts';
import { readRejects } from '../rejects/rejects-file.ts';
import { provenText } from '../report/proven-text.ts';
import { proofLines } from '../report/run-text.ts';
import { requireWarehouse } from '../snowflake/warehouse.ts';
import { askEnds } from './asked-ends.ts';
import type { CommandOutput, Result } from './command-output.ts';
import { differing, refusalBeyond } from './refusal.ts';

/** `snowstream check`: the SQL check alone. */
export async function checkCommand(
  flags: Readonly<Record<string, unknown>>,
  output: CommandOutput,
): Promise<Result> {
  const settings = loadSettings({ flags, sqlOnly: true });
  refuseSharedTargets(settings);
  const reporting = output.open(settings);
  const { checksum } = settings;
  const targets = { ...settings.targets, resume: settings.resume };
  const rejects = settings.rejects === undefined ? undefined : readRejects(settings.rejects);
  const tables = await askEnds(settings, reporting, async ({ source, snowflake }) => {
    requireWarehouse(snowflake, settings.snowflake);
    const proofs: TableProof[] = [];
    for (const sharing of byTarget(settings.tables).values())
      proofs.push(
        ...(await checkSharedTables(source, snowflake, sharing, { ...targets, checksum, rejects })),
      );
    return proofs;
  });
  const result = { document: { tables }, lines: tables.flatMap(tableLines) };
  const unproven = tables.filter(({ proof }) => !isProven(proof)).map(({ source }) => source);
  if (unproven.length > 0)
    return { ...result, shortfalls: [{ error: differing(unproven), isInLines: true }] };
  const refusal = refusalBeyond(missingRows(tables), settings);
  return { ...result, shortfalls: refusal === undefined ? [] : [{ error: refusal }] };
}

function tableLines({ source, target, proof }: TableProof): string[] {
  const verdict = isProven(proof) ? provenText(proof.targetRows, proof.refusedRows) : 'NOT PROVEN';
  return [`${source} → ${target}: ${verdict}`, ...proofLines(proof)];
}
