// @ts-check
import { TITLES } from './programs.mjs';

/**
 * One run on one line, for who watches.
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
    ...Object.entries(run.told)
      .filter(([word]) => word === 'delay')
      .map(([, ms]) => `event loop ${ms} ms`),
  ];
  return `${String(run.round)} ${run.contender.padEnd(2)} ${TITLES[run.contender].padEnd(24)} ${figures.join(', ')}`;
}

/** @param {number} number */
export function grouped(number) {
  return Math.round(number).toLocaleString('en-US');
}
