import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../../../scripts/setup/places.mjs';
import { FORGED, forgedLines, hostileIn, STORABLE } from '../../../../test/report/hostile-characters.ts';
import { type Shown, startShown } from './shown.ts';

/** Tags and variation selectors are too many to have a column each. */
const CHARACTERS = STORABLE.filter((character, at) => character.length === 1 || at % 64 === 0);
const ALL = CHARACTERS.map((character) => `${character}${FORGED}`).join('');
/** No name of the local Snowflake has a NUL, and 255 characters are the most. */
const SOME = ALL.replace('\0', '').slice(0, 200);

let folder: string;
let shown: Shown;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'local-snowflake-'));
  // A folder's name has 255 bytes at most.
  const dataDir = join(folder, `data\n${FORGED}\u2028${FORGED}\u202e${FORGED}\u009b${FORGED}`);
  shown = await startShown({ dataDir });
});
afterAll(async () => {
  await shown[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Each text of a document with the name that it has there. */
function textsOf(value: unknown, name = ''): [string, string][] {
  if (typeof value === 'string') return [[name, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([inner, each]) => textsOf(each, Array.isArray(value) ? name : inner));
}

test('the page is given no character that a browser obeys or does not show', async () => {
  const { sql, streaming, emulator } = shown;
  const columns = CHARACTERS.filter((character) => character !== '\0').map(
    (character, at) => `${quoted(`c${at}${character}${FORGED}`)} int`,
  );
  const database = quoted(`db${SOME}`);
  await sql.rows(`create database ${database}`);
  await sql.rows(`create schema ${database}.${quoted(`s${SOME}`)}`);
  await sql.rows(
    `create table ${database}.${quoted(`s${SOME}`)}.${quoted(`t${SOME}`)} (${columns.join(', ')})`,
  );
  const table = quoted(`t${SOME}`);
  await sql.rows(`create table DB1.PUBLIC.${table} (ID number(18,0))`);
  await streaming.open(table, `channel${ALL}`, { offset_token: `token${ALL}` });
  await sql.rows(`select 1 /* ${ALL}\r\n\tsecond line */`);
  await sql.error(`select ${quoted(SOME)} from DB1.PUBLIC.${table}`);

  const answer = await fetch(`${emulator.url}/page/state`);
  const body = await answer.text();
  expect(hostileIn(body)).toEqual([]);
  const texts = textsOf(JSON.parse(body));
  for (const [name, text] of texts) {
    const own = name === 'sql' || name === 'error' ? text.replaceAll(/[\r\n\t]/g, '') : text;
    expect(hostileIn(own)).toEqual([]);
    if (name !== 'sql' && name !== 'error') expect(text).not.toContain('\n');
  }
  for (const name of ['name', 'offsetToken', 'sql', 'error', 'table'])
    expect(texts.filter(([where, text]) => where === name && text.includes(FORGED))).not.toEqual([]);
  expect(texts.find(([name, text]) => name === 'sql' && text.includes('second'))?.[1]).toMatch(
    /\n\tsecond line \*\/$/,
  );

  const page = await (await fetch(emulator.url)).text();
  expect(page).toContain(`\\u000a${FORGED}`);
  expect([hostileIn(page), forgedLines(page)]).toEqual([[], []]);
});

test('a request begins no line in the log', async () => {
  const main = join(root, 'packages/local-snowflake/dist/main.js');
  const child: ChildProcess = spawn(process.execPath, [main, '--data', join(folder, 'logging'), '--log'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr?.on('data', (text) => {
    log += text;
  });
  const [first] = await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data');
  const { port } = JSON.parse(String(first)) as { port: number };
  const paths = [`/x${encodeURIComponent(ALL)}`, `/v1/streaming/${encodeURIComponent(ALL)}/`];
  for (const path of paths)
    await new Promise((resolve) =>
      request({ port, path, host: '127.0.0.1' }, (response) => response.resume().on('end', resolve)).end(),
    );
  await expect.poll(() => log.split('\n').length).toBeGreaterThan(paths.length);
  child.kill('SIGTERM');
  await once(child, 'close');
  expect(log).toContain(FORGED);
  expect([hostileIn(log), forgedLines(log)]).toEqual([[], []]);
});

test('a failure is one line', async () => {
  const main = join(root, 'packages/local-snowflake/dist/main.js');
  const child = spawn(process.execPath, [main, '--data', folder, '--stage', ALL.replaceAll('\0', '')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  await once(child, 'close');
  expect(said).toContain(FORGED);
  expect([hostileIn(said), forgedLines(said), said.split('\n').length]).toEqual([[], [], 2]);
});
