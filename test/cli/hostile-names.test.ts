import { createPrivateKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawClient } from '../../packages/local-snowflake/test/streaming/raw-client.ts';
import { type Ends, startEnds } from '../e2e/local.ts';
import { FORGED, forgedLines, hostileIn, STORABLE } from '../report/hostile-characters.ts';
import { type Ended, snowstream } from './snowstream.ts';

/** MySQL takes characters of the BMP in names, and no NUL. */
const IN_NAMES = STORABLE.filter((character) => character !== '\0' && character.length === 1);
/** Tags and the variation selectors beyond the BMP are too many to have a row each. */
const IN_VALUES = STORABLE.filter((character, at) => character.length === 1 || at % 64 === 0);
/** Those that a terminal takes for the end of a line, or obeys. */
const WORST = [
  '\n',
  '\r',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u001b[2K',
  '\u009b2K',
  '\u061c',
  '\u202e',
  '\u200b',
];

const evil = (character: string, name: string): string => `${name}${character}${FORGED} ${name}`;
const mysqlName = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
const snowflakeName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** What settings take in a name: they reject C0. */
const DATABASE = evil('\u2028', 'base');
const TABLE = evil('\u0085', 'people');
const TARGET = {
  database: evil('\u2029', 'DB'),
  schema: evil('\u009b2K', 'S'),
  table: evil('\u0085', 'T'),
};
const KEY = evil('\n', 'key');

/** What is printed, and the flag for it. */
const FORMS: readonly (readonly [string, readonly string[]])[] = [
  ['text', []],
  ['json', ['--json']],
];

let ends: Ends;
let configured: NodeJS.ProcessEnv;

beforeAll(async () => {
  ends = await startEnds({ ownSnowflake: true });
  const { source } = ends;
  await source.query("SET SESSION sql_mode = ''");
  await source.query(`DROP DATABASE IF EXISTS ${mysqlName(DATABASE)}`);
  await source.query(`CREATE DATABASE ${mysqlName(DATABASE)}`);
  const members = WORST.map((character) => `'${evil(character, 'member')}'`);
  const columns = IN_NAMES.map(
    (character, at) => `${mysqlName(evil(character, `c${at}`))} INT COMMENT '${character}${FORGED}'`,
  );
  const table = `${mysqlName(DATABASE)}.${mysqlName(TABLE)}`;
  await source.query(
    `CREATE TABLE ${table} (${mysqlName(KEY)} VARCHAR(90) COLLATE utf8mb4_bin PRIMARY KEY, day DATE,
      choice ENUM(${members.join(', ')}), ${columns.join(', ')}) CHARACTER SET utf8mb4`,
  );
  const rows = IN_VALUES.map((character, at) => [
    evil(character, `k${at}`),
    at % 9 === 0 ? '0000-00-00' : '2020-01-01',
  ]);
  for (const [key, day] of rows)
    await source.query(`INSERT INTO ${table} (${mysqlName(KEY)}, day, choice) VALUES (?, ?, ?)`, [
      key ?? '',
      day ?? '',
      evil(WORST[0] ?? '', 'member'),
    ]);
  await source.query(
    `CREATE FUNCTION ${mysqlName(DATABASE)}.fails() RETURNS INT BEGIN
      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${evil('\n', 'message')}${WORST.join(FORGED)}${FORGED}'; RETURN 1; END`,
  );
  await source.query(`CREATE TABLE ${mysqlName(DATABASE)}.one (id INT PRIMARY KEY)`);
  await source.query(`INSERT INTO ${mysqlName(DATABASE)}.one VALUES (1)`);
  await source.query(
    `CREATE VIEW ${mysqlName(DATABASE)}.${mysqlName(evil('\u202e', 'view'))} AS SELECT id, ${mysqlName(DATABASE)}.fails() AS f FROM ${mysqlName(DATABASE)}.one`,
  );
  configured = {
    ...ends.env,
    SNOWFLAKE_DATABASE: snowflakeName(TARGET.database),
    SNOWFLAKE_SCHEMA: snowflakeName(TARGET.schema),
  };
  config('all.json', { source: TABLE, target: { table: snowflakeName(TARGET.table) } });
});

afterAll(async () => {
  await ends.source.query(`DROP DATABASE ${mysqlName(DATABASE)}`);
  await ends[Symbol.asyncDispose]();
});

/** Writes a config file, since a flag takes no NUL and a shell no such name. */
function config(file: string, ...tables: object[]): string {
  const path = join(ends.cwd, file);
  writeFileSync(path, JSON.stringify({ tables: tables.map((table) => ({ database: DATABASE, ...table })) }));
  return path;
}

const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  snowstream(args, { cwd: ends.cwd, env: { ...configured, ...env } });

/** What a command printed holds no hostile character and no line that a name or value began. */
function expectVisible({ stdout, stderr }: Ended): void {
  const printed = `${stdout}\n${stderr}`;
  expect(forgedLines(printed)).toEqual([]);
  expect(hostileIn(printed)).toEqual([]);
}

describe.sequential('a hostile schema', () => {
  test.each(FORMS)('plan as %s', async (_, flags) => {
    const ended = await run([
      'plan',
      '--config',
      'all.json',
      '--create',
      'database',
      '--preserve-case',
      ...flags,
    ]);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expectVisible(ended);
    if (flags.length === 0) {
      expect(ended.stdout).toContain(`c0\\u0001${FORGED} c0`);
    } else {
      // Exactly the names that are in MySQL.
      const { tables } = JSON.parse(ended.stdout);
      expect(tables[0]).toMatchObject({ source: `${DATABASE}.${TABLE}`, key: [KEY] });
      const names = tables[0].columns.map(({ source }: { source: string }) => source);
      expect(names.slice(3)).toEqual(IN_NAMES.map((character, at) => evil(character, `c${at}`)));
    }
  });

  test.each(FORMS)('run and its log as %s', async (format, flags) => {
    const rejects = `rejects-${format}\u2028${FORGED}.jsonl`;
    const args = [
      'run',
      '--config',
      'all.json',
      '--create',
      'database',
      '--preserve-case',
      '--zero-dates',
      'reject',
    ];
    const restart = format === 'text' ? [] : ['--restart', '--yes'];
    const ended = await run([...args, '--rejects', rejects, '--log-format', format, ...restart, ...flags]);
    expect(ended.code, ended.stderr).toBe(4);
    expectVisible(ended);
    // The file is lines of JSON, which people look at.
    expect(hostileIn(readFileSync(join(ends.cwd, rejects), 'utf8'))).toEqual([]);
    if (format === 'text') expect(ended.stdout).toContain(`key k0\\u0000${FORGED} k0`);
    else expect(JSON.parse(ended.stdout).tables[0].rejected[0].key).toEqual([evil('\0', 'k0')]);
  });

  test.each(FORMS)('retry-rejects as %s', async (_, flags) => {
    const file = `rejects-json\u2028${FORGED}.jsonl`;
    const ended = await run([
      'retry-rejects',
      file,
      '--config',
      'all.json',
      '--preserve-case',
      '--zero-dates',
      'reject',
      ...flags,
    ]);
    expect(ended.code, ended.stderr).toBe(4);
    expectVisible(ended);
  });

  test.each(FORMS)('channels as %s', async (_, flags) => {
    const { database, schema, table } = TARGET;
    const { emulator } = ends;
    const raw = new RawClient({
      url: emulator.url,
      privateKey: createPrivateKey(readFileSync(emulator.privateKeyPath)),
      stageDir: join(emulator.dataDir, 'stage'),
      user: emulator.user,
    });
    for (const character of WORST)
      await raw.open(snowflakeName(table), evil(character, 'channel'), {
        database: snowflakeName(database),
        schema: snowflakeName(schema),
        offset_token: evil(character, 'token'),
      });
    const ended = await run(['channels', '--config', 'all.json', ...flags]);
    expect(ended.code, ended.stderr).toBe(0);
    expectVisible(ended);
    expect(ended.stdout).toContain('channel');
  });

  test.each(FORMS)('check as %s of rows that differ', async (_, flags) => {
    const { database, schema, table } = TARGET;
    const target = [database, schema, table].map(snowflakeName).join('.');
    await ends.snowflake.execute(
      `DELETE FROM ${target} WHERE ${snowflakeName('choice')} IS NOT NULL AND LENGTH(${snowflakeName(KEY)}) < 30`,
    );
    const ended = await run(['check', '--config', 'all.json', '--preserve-case', ...flags]);
    expect(ended.code, ended.stderr).toBe(3);
    expectVisible(ended);
    if (flags.length === 0) expect(ended.stdout).toContain('DIFFERS');
  });

  test.each(FORMS)('doctor as %s', async (_, flags) => {
    for (const env of [
      { SNOWFLAKE_ROLE: snowflakeName(evil('\u2028', 'role')) },
      { MYSQL_URL: '', MYSQL_HOST: evil('\u009b', 'host'), MYSQL_USER: evil('\u061c', 'user') },
    ]) {
      const ended = await run(['doctor', '--config', 'all.json', ...flags], env);
      expectVisible(ended);
    }
  });
});

/** One word with all of them; settings reject C0 before they look at anything else. */
const ALL_OF_THEM = evil(WORST.join(FORGED), 'x');
const BEYOND_C0 = evil(WORST.filter((character) => character > '\u001f').join(FORGED), 'x');

describe('an error', () => {
  const tableOf = (source: string) => config('one.json', { source, target: { table: 'ONE' }, key: ['id'] });

  test.each<[string, (word: string) => readonly string[]]>([
    ['an unknown table', (word) => ['plan', '--config', tableOf(word)]],
    ['an unknown database', (word) => ['check', '--table', `\`${word}\`.x`]],
    ['a channel that is none', (word) => ['channels', 'drop', word, '--config', 'all.json']],
    ['a file that is none', (word) => ['retry-rejects', word, '--config', 'all.json']],
    ['a config file that is none', (word) => ['plan', '--config', word]],
    ['a setting that is wrong', (word) => ['plan', '--config', 'all.json', '--batch-rows', word]],
    ['settings that are wrong', (word) => ['plan', '--batch-rows', word, '--channels', word]],
    ['a flag that is none', (word) => ['plan', `--tabel${word}`]],
    ['a command that is none', (word) => [`plam${word}`]],
    ['a host that is none', (word) => ['local', '--host', word]],
  ])('%s', async (_, args) => {
    for (const word of [ALL_OF_THEM, BEYOND_C0])
      for (const flags of [[], ['--json']]) {
        const ended = await run([...args(word), ...flags]);
        expect(ended.code, ended.stdout).not.toBe(0);
        expectVisible(ended);
      }
  });

  test.each(['run', 'check', 'plan', 'doctor'])('of the server itself: %s', async (command) => {
    const file = tableOf(evil('\u202e', 'view'));
    for (const flags of [[], ['--json', '--log-format', 'json']]) {
      const ended = await run([command, '--config', file, '--create', 'database', ...flags]);
      expectVisible(ended);
      // What reads rows meets the message of the function in the view.
      if (command === 'run')
        expect(`${ended.stdout}${ended.stderr}`).toMatch(
          new RegExp(String.raw`message\\+u000a${FORGED} message`),
        );
    }
  });
});
