// @ts-check
import { TITLES } from './programs.mjs';

/**
 * One run on one line, as progress output.
 *
 * @param {import('./summary.mjs').Run} run
 */
export function lineOf(run) {
  const figures = [
    `${grouped(run.rows / run.pipelineSeconds)} rows/s`,
    `open ${run.openSeconds.toFixed(2)} s`,
    `open to closed ${run.insertSeconds.toFixed(2)} s`,
    `total ${run.totalSeconds.toFixed(2)} s`,
    `CPU ${run.cpuSeconds.toFixed(1)} + ${run.snowflakeCpuSeconds.toFixed(1)} + ${run.mysqlCpuSeconds.toFixed(1)} s`,
    `${Math.round(run.peakBytes / 2 ** 20)} MiB`,
    ...(run.reported.delay === undefined ? [] : [`event loop ${run.reported.delay} ms`]),
    ...(run.delayedInserts === 0 ? [] : [`${run.delayedInserts} inserts delayed`]),
  ];
  return `${run.round} ${run.contender.padEnd(2)} ${TITLES[run.contender].padEnd(24)} ${figures.join(', ')}`;
}

/**
 * @param {readonly import('./summary.mjs').Summary[]} summaries of one scenario
 * @param {boolean} startOnly
 */
export function scenarioTable(summaries, startOnly) {
  const plain = summaries.find(({ contender }) => contender === 'a');
  const head = startOnly
    ? '| | seconds from command to end | times (a) | peak memory |\n|---|---|---|---|'
    : '| | rows | rows/s, command to closed channel | times (a) | rows/s, open to closed channel | times (a) | CPU s, its own + local Snowflake + MySQL | peak memory |\n|---|---|---|---|---|---|---|---|';
  const rows = summaries.map((summary) => {
    const title = `(${summary.contender}) ${TITLES[summary.contender]}`;
    const peak = `${grouped(summary.peakMebibytes.median)} MiB`;
    if (startOnly) {
      const times = plain ? (plain.totalSeconds.median / summary.totalSeconds.median).toFixed(2) : '';
      return row([title, spread(summary.totalSeconds, (n) => n.toFixed(2)), times, peak]);
    }
    const { pipelineRowsPerSecond: pipeline, insertRowsPerSecond: insert } = summary;
    // With fewer rows the start weighs more, so only equal row counts are compared.
    const like = plain !== undefined && plain.rows === summary.rows;
    const cpu = [summary.cpuSeconds, summary.snowflakeCpuSeconds, summary.mysqlCpuSeconds];
    return row([
      title,
      grouped(summary.rows),
      spread(pipeline, grouped),
      like ? (pipeline.median / plain.pipelineRowsPerSecond.median).toFixed(2) : '',
      spread(insert, grouped),
      plain ? (insert.median / plain.insertRowsPerSecond.median).toFixed(2) : '',
      cpu.map(({ median }) => median.toFixed(1)).join(' + '),
      peak,
    ]);
  });
  return [head, ...rows].join('\n');
}

/** @param {{ summaries: readonly import('./summary.mjs').Summary[], runs: readonly import('./summary.mjs').Run[] }} growth */
export function growthTable({ summaries, runs }) {
  const head =
    '| | rows | rows/s, command to closed channel | rows/s, open to closed channel | last tenth against the first | CPU s | peak memory | longest block of the event loop | inserts delayed by the SDK |\n|---|---|---|---|---|---|---|---|---|';
  const rows = summaries.map((summary, index) => {
    const reported = runs[index]?.reported ?? {};
    return row([
      summary.scenario,
      grouped(summary.rows),
      grouped(summary.pipelineRowsPerSecond.median),
      grouped(summary.insertRowsPerSecond.median),
      steadiness(reported.pace),
      summary.cpuSeconds.median.toFixed(1),
      `${grouped(summary.peakMebibytes.median)} MiB`,
      `${reported.delay ?? '?'} ms`,
      String(runs[index]?.delayedInserts ?? '?'),
    ]);
  });
  return [head, ...rows].join('\n');
}

/**
 * The speed of the last tenth of the rows as a fraction of the first tenth's.
 *
 * @param {string | undefined} pace pairs of rows and milliseconds as JSON
 */
function steadiness(pace) {
  /** @type {[number, number][]} */
  const points = JSON.parse(pace ?? '[]');
  const speed = (/** @type {number} */ at) => {
    const [from, to] = [points[at], points[at + 1]];
    return from && to && to[1] > from[1] ? (to[0] - from[0]) / (to[1] - from[1]) : Number.NaN;
  };
  const ratio = speed(points.length - 2) / speed(0);
  return points.length < 8 || !Number.isFinite(ratio) ? '' : ratio.toFixed(2);
}

/** @param {ReturnType<typeof import('./machine.mjs').machine>} machine */
export function machineLine(machine) {
  const { date, processor, cores, memoryGibibytes, system, node, java, driver } = machine;
  return `${date}, ${cores} cores of ${processor}, ${memoryGibibytes} GiB, ${system}, Node ${node}, Java ${java}, ${driver}.`;
}

/** @param {number} number */
export function grouped(number) {
  return Math.round(number).toLocaleString('en-US');
}

/**
 * @param {import('./summary.mjs').Spread} figures
 * @param {(figure: number) => string} show
 */
function spread({ median, least, most }, show) {
  return `**${show(median)}** (${show(least)} – ${show(most)})`;
}

/** @param {readonly string[]} cells */
function row(cells) {
  return `| ${cells.join(' | ')} |`;
}
