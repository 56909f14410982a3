// @ts-check

/**
 * One run of one contender.
 *
 * @typedef {object} Run
 * @property {string} scenario
 * @property {import('./scenarios.mjs').ContenderKey} contender
 * @property {number} round
 * @property {number} rows
 * @property {number} openSeconds
 * @property {number} pipelineSeconds
 * @property {number} insertSeconds
 * @property {number} totalSeconds
 * @property {number} cpuSeconds
 * @property {number} peakBytes
 * @property {number} delayedInserts how often the SDK made an insert wait
 * @property {number} snowflakeCpuSeconds of the local Snowflake during the run
 * @property {number} mysqlCpuSeconds
 * @property {Record<string, string>} reported
 *
 * @typedef {{ median: number, least: number, most: number }} Spread
 */

/**
 * @param {readonly number[]} values at least one
 * @returns {Spread}
 */
export function spreadOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
  return { median, least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN };
}

/**
 * The figures of one contender in one scenario, each over all its rounds.
 *
 * @param {readonly Run[]} runs
 */
export function summaryOf(runs) {
  const over = (/** @type {(run: Run) => number} */ figure) => spreadOf(runs.map(figure));
  return {
    scenario: runs[0]?.scenario ?? '',
    contender: runs[0]?.contender ?? 'd',
    rounds: runs.length,
    rows: runs[0]?.rows ?? 0,
    pipelineRowsPerSecond: over(({ rows, pipelineSeconds }) => rows / pipelineSeconds),
    insertRowsPerSecond: over(({ rows, insertSeconds }) => rows / insertSeconds),
    openSeconds: over(({ openSeconds }) => openSeconds),
    pipelineSeconds: over(({ pipelineSeconds }) => pipelineSeconds),
    totalSeconds: over(({ totalSeconds }) => totalSeconds),
    cpuSeconds: over(({ cpuSeconds }) => cpuSeconds),
    snowflakeCpuSeconds: over(({ snowflakeCpuSeconds }) => snowflakeCpuSeconds),
    mysqlCpuSeconds: over(({ mysqlCpuSeconds }) => mysqlCpuSeconds),
    peakMebibytes: over(({ peakBytes }) => peakBytes / 2 ** 20),
  };
}

/** @typedef {ReturnType<typeof summaryOf>} Summary */

/**
 * @param {readonly Run[]} runs
 * @returns {Summary[]} one for each scenario and contender, in the order in which they first ran
 */
export function summarize(runs) {
  /** @type {Map<string, Run[]>} */
  const groups = new Map();
  for (const run of runs) {
    const group = `${run.scenario} ${run.contender}`;
    groups.set(group, [...(groups.get(group) ?? []), run]);
  }
  return [...groups.values()].map(summaryOf);
}

/**
 * Compares target and source, column by column, with nulls counted separately.
 *
 * @param {string} who
 * @param {Readonly<Record<string, string | null>>} source counts by name
 * @param {Readonly<Record<string, string | null>>} target likewise
 * @throws {Error} when a count differs: a run that lost a row is no figure
 */
export function requireAllRows(who, source, target) {
  for (const [name, count] of Object.entries(source)) {
    if (target[name] !== count) {
      throw new Error(`${who}: ${name} counts ${target[name]} in the target and ${count} in the source`);
    }
  }
}
