import { expect, test } from 'vitest';
import type { Proof } from '../../src/check/proof.ts';
import type { TableReport } from '../../src/load/load-report.ts';
import type { RunReport } from '../../src/load/run-report.ts';
import type { TableOutcome } from '../../src/load/table-outcome.ts';
import { runText } from '../../src/report/run-text.ts';

/** A run of tables, of each what it has in the target, what was rejected, and whether it is proven. */
function reportOf(
  ...tables: readonly (readonly [rows: number, rejected: number, isProven?: false])[]
): RunReport {
  const reports = tables.map(([targetRows, rejectedRows, isProven = true], index): TableReport => {
    const proof: Proof = {
      ...{ sourceRows: targetRows + rejectedRows, targetRows, rejectedRows },
      ...{ columns: [], onlyRows: false, offsetTokens: [] },
      differences: isProven ? [] : ['rows: …'],
    };
    return {
      ...{ source: `shop.t${index}`, target: `DB.PUBLIC.T${index}`, channels: [], rowsRead: targetRows },
      ...{ rowsSent: targetRows, bytes: 0, rejected: [], rejectedByColumn: [], rejectedBefore: rejectedRows },
      ...{ policies: [], ingestSeconds: 1, complete: true, proof },
    };
  });
  const outcomes = reports.map(({ source, target, proof }): TableOutcome => {
    const ok = proof.differences.length === 0;
    return { source, target, outcome: ok ? 'proven' : 'differs', ok, rowsCommitted: 0, channels: [] };
  });
  const ok = outcomes.every((table) => table.ok);
  return {
    ...{ outcome: ok ? 'proven' : 'differs', ok },
    tables: reports,
    outcomes,
    pipelineSeconds: 1,
    peakMemoryBytes: 0,
  };
}

test.each<[what: string, report: RunReport, last: string]>([
  ['rows', reportOf([1200, 0], [34, 0]), '1,234 rows proven: Snowflake has the same rows as MySQL.'],
  ['one row', reportOf([1, 0]), '1 row proven: Snowflake has the same row as MySQL.'],
  [
    'rows and rejected ones',
    reportOf([5, 1]),
    '5 rows proven: Snowflake has the same rows as MySQL. 1 row of MySQL was rejected.',
  ],
  ['rejected rows alone', reportOf([0, 7]), 'no row was loaded: all 7 rows were rejected.'],
  ['one rejected row alone', reportOf([0, 1]), 'no row was loaded: the only row was rejected.'],
  ['empty tables', reportOf([0, 0], [0, 0]), 'no row was loaded: the source is empty, and so is the target.'],
  [
    'a difference',
    reportOf([1, 0], [2, 0, false]),
    'NOT PROVEN: shop.t1 (1 of 2 tables, 1 row proven in all).',
  ],
])('the last line of a run with %s', (_what, report, last) => {
  expect(runText(report).split('\n').at(-1)).toBe(last);
});
