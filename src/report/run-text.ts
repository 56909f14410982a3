import { type DifferingKeys, type DifferingRows, isProven, missingRows, type Proof } from '../check/proof.ts';
import { padded } from '../display-width.ts';
import type { ChannelReport, TableReport } from '../load/load-report.ts';
import { provenRows, type RunReport } from '../load/run-report.ts';
import type { TableOutcome } from '../load/table-outcome.ts';
import { visible } from '../terminal-text.ts';
import { count, provenText } from './proven-text.ts';
import { grouped } from './thousands.ts';

/** Rejected rows that are printed; the JSON has all. */
const SHOWN_REJECTS = 5;

/**
 * What a run prints: what the notebook prints, rows/s, and as its last line how many rows were proven.
 *
 * @example
 * console.log(runText(await run(loadSettings())));
 */
export function runText(report: RunReport): string {
  return runLines(report).map(visible).join('\n');
}

/** The same as lines, with names and values of the report that are not escaped yet. */
export function runLines(report: RunReport): string[] {
  const megabytes = Math.round(report.peakMemoryBytes / 1024 / 1024);
  return [
    ...(report.emptied ?? []).map(
      ({ target, rows }) => `${target} was emptied: ${grouped(rows)} ${rows === 1 ? 'row' : 'rows'} deleted`,
    ),
    ...report.tables.flatMap(tableLines),
    ...report.outcomes.flatMap((table) => {
      const { source, target, error } = table;
      if (isNotStarted(table)) return [`${source} → ${target}`, '  NOT STARTED'];
      return error === undefined
        ? []
        : [
            `${source} → ${target}`,
            `  FAILED  ${error.message} [${error.code}]`,
            ...(error.detail ?? []).map((each) => `          ${each}`),
          ];
    }),
    ...(report.gold === undefined
      ? []
      : [
          line(`Records in ${report.gold.table}`, grouped(report.gold.rows)),
          line('Time to transform', `${report.gold.seconds.toFixed(2)} s`),
        ]),
    ...(report.goldFailure === undefined
      ? []
      : ['Gold table', `  FAILED  ${report.goldFailure.message} [${report.goldFailure.code}]`]),
    ...(report.rejects === undefined || !hasRejected(report)
      ? []
      : [line('Rejected records are kept in', report.rejects)]),
    line('Pipeline time', `${report.pipelineSeconds.toFixed(2)} s`),
    line('Peak memory, Node and JVM', `${megabytes} MiB`),
    '',
    verdict(report),
  ];
}

const hasRejected = (report: RunReport): boolean =>
  report.tables.some(({ rejected, rejectedBefore }) => rejected.length + rejectedBefore > 0);

function tableLines(table: TableReport): string[] {
  const rate = grouped(table.rowsSent / Math.max(table.ingestSeconds, 0.001));
  return [
    `${table.source} → ${table.target}`,
    ...table.channels.flatMap(channelLines),
    line(
      `Time to ingest ${grouped(table.rowsSent)} records`,
      `${table.ingestSeconds.toFixed(2)} s (${rate} rows/s)`,
    ),
    line('Records in MySQL', grouped(table.proof.sourceRows)),
    line('Records in raw', grouped(table.proof.targetRows)),
    ...table.policies.map(({ column, policy, values }) =>
      line(
        `Policy ${policy} on ${column}`,
        `${grouped(values)} ${values === 1 ? 'value' : 'values'} replaced`,
      ),
    ),
    ...rejectLines(table),
    ...proofLines(table.proof),
  ];
}

function channelLines({ name, valid, closed, resumedAfter, committedOffsetToken, reopened }: ChannelReport) {
  return [
    line('Channel', name),
    line('Channel valid', String(valid)),
    ...(resumedAfter === null ? [] : [line('Resumed after offset token', resumedAfter)]),
    ...(reopened === 0
      ? []
      : [line('Channel lost and opened again', reopened === 1 ? 'once' : `${reopened} times`)]),
    line('Channel closed', String(closed)),
    line('Committed offset token', committedOffsetToken ?? 'none'),
  ];
}

function rejectLines({ rejected, rejectedByColumn, rejectedBefore }: TableReport): string[] {
  const shown = rejected
    .slice(0, SHOWN_REJECTS)
    .map(
      ({ key, row, column, message }) =>
        `    ${row === undefined ? `key ${key.join(', ')}` : `row ${row}`}, column ${column ?? '?'}: ${message}`,
    );
  const more = rejected.length - shown.length;
  return [
    ...(rejected.length === 0 ? [] : [line('Records rejected', grouped(rejected.length))]),
    ...shown,
    ...(more > 0 ? [`    and ${grouped(more)} more`] : []),
    ...rejectedByColumn.map(({ column, rows }) =>
      line(
        `Rejected for ${column ?? 'no one column'}`,
        `${grouped(rows)} ${rows === 1 ? 'record' : 'records'}`,
      ),
    ),
    ...(rejectedBefore > 0 ? [line('Records rejected before this run', grouped(rejectedBefore))] : []),
  ];
}

/** The result of a proof, one line for each difference. */
export function proofLines(proof: Proof): string[] {
  if (isProven(proof) && proof.onlyRows)
    return [
      line('Check', 'rows agree; rejected rows without a key cannot be excluded from any other comparison'),
    ];
  if (isProven(proof)) {
    const compared = proof.columns.filter(({ aggregate }) => aggregate === 'nulls').length;
    const checksum = proof.columns.find(({ aggregate }) => aggregate === 'checksum');
    return [
      line('Check', `rows, nulls, min and max of ${compared} columns and the offset token agree`),
      ...(checksum
        ? [line('Checksum of all rows', `${checksum.targetValue} over ${checksum.target}, on both sides`)]
        : []),
    ];
  }
  return [
    ...proof.differences.map((difference) => `  DIFFERS  ${difference}`),
    ...(proof.rows ? differingLines(proof.rows) : []),
    ...REMEDIES,
    ...(lacksRows(proof) ? REJECTED_EARLIER : []),
  ];
}

/** What to do about rows that differ. */
const REMEDIES = [
  '  A further run loads only rows after the last committed key: it does not follow rows that were changed, deleted or',
  '  inserted before it. snowstream run --restart empties the target, after confirmation, and loads the whole table again;',
  '  with --snapshot, changes during the load do not matter.',
];

/** Why rows may be missing although nobody has changed any. */
const REJECTED_EARLIER = [
  '  Rows that an earlier run rejected without --rejects FILE are missing as well, and no record of them exists: fix them, or',
  '  allow them with --max-rejects, and run with --restart; a rejects file kept from the start lets a further run exclude them.',
];

function lacksRows({ rows, sourceRows, rejectedRows, targetRows }: Proof): boolean {
  return sourceRows - rejectedRows > targetRows || (rows?.missing.rows ?? 0) > 0;
}

function differingLines({ missing, unexpected, different }: DifferingRows): string[] {
  const kinds: [string, DifferingKeys][] = [
    ['missing in the target', missing],
    ['in the target only', unexpected],
    ['with different values', different],
  ];
  return kinds.flatMap(([what, { rows, first }]) => {
    if (rows === 0) return [];
    const keys = first.map((key) => key.join(', ')).join('; ');
    const more = rows > first.length ? ` and ${grouped(rows - first.length)} more` : '';
    return [`           ${count(rows)} ${what}: key ${keys}${more}`];
  });
}

function verdict(report: RunReport): string {
  const proven = provenRows(report);
  const unproven = report.outcomes.filter(({ outcome }) => outcome !== 'proven');
  const rejected = missingRows(report.tables);
  if (unproven.length === 0) return allProven(proven, rejected);
  const names = unproven.map((table) => {
    const { source, outcome } = table;
    if (isNotStarted(table)) return `${source} (not started)`;
    return outcome === 'failed' || outcome === 'stopped' ? `${source} (${outcome})` : source;
  });
  const of =
    report.outcomes.length === 1
      ? ''
      : `${report.outcomes.length - unproven.length} of ${report.outcomes.length} tables, `;
  return `NOT PROVEN: ${names.join(', ')} (${of}${count(proven)} proven in all).`;
}

function allProven(rows: number, rejected: number): string {
  const text = provenText(rows, rejected);
  if (rows === 0) return `${text}.`;
  const missing =
    rejected === 0 ? '' : ` ${count(rejected)} of MySQL ${rejected === 1 ? 'was' : 'were'} rejected.`;
  return `${text}: Snowflake has the same ${rows === 1 ? 'row' : 'rows'} as MySQL.${missing}`;
}

const isNotStarted = ({ outcome, channels }: TableOutcome): boolean =>
  outcome === 'stopped' && channels.length === 0;

function line(label: string, value: string): string {
  return `  ${padded(visible(`${label}:`), 34)} ${value}`;
}
