// @ts-check
// This project's own run, measured in its parts: prints a line with the time when the channel is open, when it
// is closed, and when the load is proven; and the longest block of the event loop.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { program } from '../built.mjs';

const { isProven, loadSettings, run, stopJvm } = program;

/** @param {string} event */
const say = (event) => console.log(`bench ${event} ${Date.now()}`);

const delay = monitorEventLoopDelay({ resolution: 5 });
/** Where rows and times are taken down for the rate of the first and the last million. @type {[number, number][]} */
const pace = [];
let rows = 0;

/** @type {import('../../src/progress.ts').OnEvent} */
const onEvent = (event) => {
  if (event.type === 'table-started') {
    say('open');
    // From here on: what imports and logins cost is in the time to the open channel.
    delay.enable();
  } else if (event.type === 'rows-sent') {
    rows += event.rows;
    pace.push([rows, Date.now()]);
  } else if (event.type === 'table-loaded') {
    say('closed');
    delay.disable();
  }
};

try {
  const flags = JSON.parse(process.env.BENCH_FLAGS ?? '{}');
  const report = await run(loadSettings({ flags }), { onEvent });
  if (report.error !== undefined) throw report.error.cause;
  say('proven');
  console.log(`bench delay ${Math.round(delay.max / 1e6)}`);
  console.log(`bench pace ${JSON.stringify(thinned(pace))}`);
  if (!report.tables.every(({ proof }) => isProven(proof))) throw new Error('the load is not proven');
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
stopJvm();

/**
 * A point for each tenth of the way.
 *
 * @param {[number, number][]} points
 */
function thinned(points) {
  const step = Math.max(1, Math.floor(points.length / 10));
  return points.filter((_, index) => index % step === 0 || index === points.length - 1);
}
