import type { TableProof } from '../check/check-table.ts';
import { check } from '../check/check-tables.ts';
import { isProven, missingRows } from '../check/proof.ts';
import { loadSettings } from '../config/load.ts';
import { provenText } from '../report/proven-text.ts';
import { proofLines } from '../report/run-text.ts';
import type { CommandOutput, Result } from './command-output.ts';
import { interruptible } from './interruptible.ts';
import { beyondMaxRejects, differing } from './shortfall.ts';

/** `snowstream check`: the SQL check alone. */
export async function checkCommand(
  flags: Readonly<Record<string, unknown>>,
  output: CommandOutput,
): Promise<Result> {
  const settings = loadSettings({ flags, sqlOnly: true });
  const reporting = output.open(settings);
  const tables = await interruptible(reporting, (options) => check(settings, options));
  const result = { document: { tables }, lines: tables.flatMap(tableLines) };
  const unproven = tables.filter(({ proof }) => !isProven(proof)).map(({ source }) => source);
  if (unproven.length > 0)
    return { ...result, shortfalls: [{ error: differing(unproven), isInLines: true }] };
  const shortfall = beyondMaxRejects(missingRows(tables), settings);
  return { ...result, shortfalls: shortfall === undefined ? [] : [{ error: shortfall }] };
}

function tableLines({ source, target, proof }: TableProof): string[] {
  const verdict = isProven(proof) ? provenText(proof.targetRows, proof.rejectedRows) : 'NOT PROVEN';
  return [`${source} → ${target}: ${verdict}`, ...proofLines(proof)];
}
