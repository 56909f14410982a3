// @ts-check
// Measures the local Snowflake on this machine: how long it takes to start, and how much memory ten million rows take.
// node bench/local-snowflake.mjs [--rows 10000000]    after `npm run setup`; Linux, since it reads /proc.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '10000000' } } });
const rows = Number(values.rows);
const BATCH_ROWS = 1_000_000;
const STARTS = 7;

process.env.SNOWFLAKE_DISABLE_PLATFORM_DETECTION = 'true';
const { default: snowflake } = await import('snowflake-sdk');
const { startEmulator } = await import('snowflake-streaming-api-node/emulator');
snowflake.configure({ logLevel: 'OFF' });

const dataDir = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  await measureStart();
  await measureMemory();
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}

async function measureStart() {
  /** @type {number[]} */
  const seconds = [];
  for (let count = 0; count <= STARTS; count++) {
    const began = performance.now();
    const emulator = await startEmulator({ dataDir });
    await fetch(`${emulator.url}/health`);
    // The first one makes a key pair.
    if (count > 0) seconds.push((performance.now() - began) / 1000);
    else say('first start, with a new key pair', `${((performance.now() - began) / 1000).toFixed(2)} s`);
    await emulator.stop();
  }
  seconds.sort((a, b) => a - b);
  const shown = [seconds[0], seconds[STARTS >> 1], seconds.at(-1)].map((each) => (each ?? 0).toFixed(2));
  say(`start to the first answer, of ${STARTS}`, `least ${shown[0]}, median ${shown[1]}, most ${shown[2]} s`);
}

async function measureMemory() {
  const emulator = await startEmulator({ dataDir });
  try {
    await fill(emulator);
  } finally {
    await emulator.stop();
  }
}

/** @param {import('snowflake-streaming-api-node/emulator').RunningEmulator} emulator */
async function fill(emulator) {
  const connection = snowflake.createConnection({
    accessUrl: emulator.url,
    account: emulator.account,
    username: emulator.user,
    password: emulator.password,
    database: emulator.database,
    schema: emulator.schema,
  });
  await new Promise((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve(undefined)));
  });
  /** @param {string} sqlText */
  const execute = (sqlText) =>
    new Promise((resolve, reject) => {
      connection.execute({
        sqlText,
        complete: (error, _, found) => (error ? reject(error) : resolve(found)),
      });
    });
  await execute('create table people (id number(18,0), email varchar, phone varchar, born date)');
  say('memory with no rows', mebibytes(emulator.pid, 'VmRSS'));
  const began = performance.now();
  for (let at = 0; at < rows; at += BATCH_ROWS) {
    await execute(`insert into people select ${at} + seq8(), 'person' || (${at} + seq8()) || '@example.org',
      '001-555-' || (${at} + seq8()), dateadd(day, seq8() % 20000, '1950-01-01'::date)
      from table(generator(rowcount => ${Math.min(BATCH_ROWS, rows - at)}))`);
  }
  say(`inserting ${rows} rows of 4 columns`, `${((performance.now() - began) / 1000).toFixed(1)} s`);
  const [row] = await execute(
    'select count(*) n, count(distinct id) d, min(email) a, max(born) z from people',
  );
  say('what SQL finds', JSON.stringify(row));
  say('memory afterwards', mebibytes(emulator.pid, 'VmRSS'));
  say('memory at most', mebibytes(emulator.pid, 'VmHWM'));
}

/**
 * @param {number} pid
 * @param {'VmRSS' | 'VmHWM'} field
 */
function mebibytes(pid, field) {
  const [, kibibytes] =
    new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return `${Math.round(Number(kibibytes) / 1024)} MiB`;
}

/**
 * @param {string} what
 * @param {string} figure
 */
function say(what, figure) {
  console.log(`${what.padEnd(40)} ${figure}`);
}
