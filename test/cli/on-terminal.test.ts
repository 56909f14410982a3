import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../scripts/setup/places.mjs';
import { type Ends, startEnds } from '../e2e/local.ts';
import { Screen } from '../report/screen.ts';

let ends: Ends;
beforeAll(async () => {
  ends = await startEnds({ ownSnowflake: true });
  for (const table of ['people', 'orders', 'visits']) {
    await ends.source.query(`CREATE TABLE ${table} (id INT PRIMARY KEY)`);
    await ends.source.query(`INSERT INTO ${table} VALUES (1),(2),(3)`);
  }
});
afterAll(() => ends[Symbol.asyncDispose]());

function run(columns: number, ...tables: readonly string[]): Screen {
  const args = ['run', '--create', ...tables.flatMap((table) => ['--table', table])];
  const program = [process.execPath, join(root, 'dist/cli.js'), ...args];
  return new Screen(columns, program, { cwd: ends.cwd, env: ends.env });
}

/** Holds every registration up, so that the end of a load waits. */
async function holdUp(milliseconds: number): Promise<void> {
  const { url, dataDir } = ends.emulator;
  const token = readFileSync(join(dataDir, 'admin_token'), 'utf8').trim();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ endpoint: 'register', kind: 'delay', ms: milliseconds });
  const [method, given] = milliseconds === 0 ? ['DELETE', {}] : ['POST', { body }];
  const response = await fetch(`${url}/admin/faults`, { method, headers, ...given });
  expect(response.ok).toBe(true);
}

const START = ['connecting to MySQL and Snowflake', 'starting the streaming client'];
const BAR = /^\S+( tables)? (\[█*░*\] )?\d rows · \d+ rows\/s( · \d\.\d MB)?$/;
const withoutTime = (line: string): string => line.replace(/^\d\d:\d\d:\d\d /, '');

test.each([
  [60, 3],
  [120, 1],
])('a load at %i columns of %i tables leaves whole lines', async (columns, count) => {
  await using screen = run(columns, ...['people', 'orders', 'visits'].slice(0, count));
  expect(await screen.ended).toBe(0);
  const at = screen.lines.findIndex((line) => line.includes(' → '));
  const before = screen.lines.slice(0, at);
  expect(before.slice(0, 2)).toEqual(START);
  // Each line is one of those that the program writes, whole.
  for (const line of before.slice(2))
    expect(line).toMatch(
      new RegExp(`${BAR.source}|closing channel [A-Z0-9_]+$|^checking \\S+ by SQL on both sides$`),
    );
  expect(before.filter((line) => BAR.test(line)).length).toBeGreaterThan(0);
  expect(before.filter((line) => line.startsWith('checking '))).toHaveLength(count);
  expect(screen.lines.at(-1)).toMatch(new RegExp(`^${count * 3} rows proven`));
});

test('Ctrl-C says what it does above the bar, and a second one leaves the screen in order', async () => {
  await ends.source.query('INSERT INTO people SELECT id + 10 FROM people');
  await holdUp(60_000);
  const screen = run(80, 'people');
  await screen.until((lines) => lines.some((line) => / [36] rows · /.test(line)));
  screen.type('\u0003');
  await screen.until((lines) => lines.some((line) => line.includes('SIGINT')));
  // Within half a second it would be taken for the same one.
  const later = performance.now() + 600;
  await expect.poll(() => performance.now()).toBeGreaterThan(later);
  screen.type('\u0003');
  expect(await screen.ended).toBe(130);
  await holdUp(0);
  const lines = screen.lines.map(withoutTime);
  expect(lines.slice(0, 2)).toEqual(START);
  expect(lines.at(-1)).toMatch(BAR);
  const between = lines.slice(2, -1);
  expect(between).toContain('warn  SIGINT: finishing the batch at hand; once more ends at once');
  for (const line of between) expect(line).toMatch(/^warn {2}SIGINT: |^closing channel [A-Z0-9_]+$/);
});
