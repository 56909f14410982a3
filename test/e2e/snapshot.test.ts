import { execFileSync } from 'node:child_process';
import { createConnection } from 'mysql2/promise';
import { describe, expect, test } from 'vitest';
import { root } from '../../scripts/setup/places.mjs';
import type { Settings } from '../../src/config/settings.ts';
import { silent } from '../../src/progress.ts';
import type { LoadedEnds } from '../check/loaded.ts';
import { loadedEndsOfFile } from '../check/loaded-of-file.ts';
import { snowstream } from '../cli/snowstream.ts';
import { numbers } from '../fixtures/numbered-rows.ts';
import { completedRun as run } from '../load/completed-run.ts';

let loaded: LoadedEnds;
loadedEndsOfFile((ends) => {
  loaded = ends;
});

/** Ids from 10 to 10 times `rows`, so that there is room between them. */
async function makeTable(name: string, rows: number, key = 'PRIMARY KEY (id)'): Promise<void> {
  await loaded.execute(
    `CREATE TABLE ${name} (id INT NOT NULL, word VARCHAR(40)${key && `, ${key}`})`,
    `INSERT INTO ${name}
       SELECT 10 * (seq + 1), CONCAT('word ', seq) FROM ${numbers(rows)}`,
  );
}

/** Changes the source and comes back when that is committed: meanwhile nothing of this process goes on. */
function changeNow(...statements: readonly string[]): void {
  const program = `import { createConnection } from 'mysql2/promise';
    const [uri, ...statements] = process.argv.slice(1);
    const connection = await createConnection(uri);
    for (const statement of statements) await connection.query(statement);
    await connection.end();`;
  const args = ['--input-type=module', '-e', program, loaded.ends.mysql.url, ...statements];
  execFileSync(process.execPath, args, { cwd: root, timeout: 60_000 });
}

/** Loads tables with small batches and does something once, when the first batch has gone on its way. */
function loadWhile(names: readonly string[], act: () => void, more: Partial<Settings>) {
  let done = false;
  const progress = {
    ...silent,
    advance() {
      if (done) return;
      done = true;
      act();
    },
  };
  const tables = names.map(loaded.table);
  return run({ ...loaded.settings, batchRows: 50, snapshot: true, tables, ...more }, { progress });
}

/** Rows of a side, as `id word`, in the order of their texts. */
const ofTarget = async (name: string): Promise<string[]> =>
  (await loaded.ends.snowflake.execute(`SELECT ID, WORD FROM ${name.toUpperCase()}`))
    .map(({ ID, WORD }) => `${ID} ${WORD}`)
    .toSorted();
const ofSource = async (name: string): Promise<string[]> =>
  (await loaded.ends.source.query(`SELECT id, word FROM ${name}`))
    .map(([id, word]) => `${id} ${word}`)
    .toSorted();

/** Behind the cursor, which has passed 500 at least, and before it, in each third of 3,000 rows. */
const changes = (name: string): string[] =>
  [1, 10_001, 20_001].flatMap((start) => [
    `INSERT INTO ${name} VALUES (${start}, 'new, behind'), (${start + 9000}, 'new, before')`,
    `UPDATE ${name} SET word = 'changed' WHERE id IN (${start + 19}, ${start + 8999})`,
    `DELETE FROM ${name} WHERE id IN (${start + 29}, ${start + 8989})`,
  ]);

describe('changes during the load', () => {
  test.each([1, 3])('are none for a run with --snapshot, by %i channels', async (channels) => {
    const name = `still_${channels}`;
    await makeTable(name, 3000);
    await makeTable(`${name}_next`, 500);
    const [before, beforeNext] = [await ofSource(name), await ofSource(`${name}_next`)];
    const { tables } = await loadWhile(
      [name, `${name}_next`],
      () => changeNow(...changes(name), `DELETE FROM ${name}_next WHERE id < 1000`),
      { channels },
    );
    expect(await ofSource(name)).not.toEqual(before);
    expect(tables.map(({ proof }) => proof.differences)).toEqual([[], []]);
    expect(tables.map(({ proof }) => proof.sourceRows)).toEqual([3000, 500]);
    expect(tables.map((table) => table.channels.length)).toEqual([channels, channels]);
    expect(await ofTarget(name)).toEqual(before);
    expect(await ofTarget(`${name}_next`)).toEqual(beforeNext);
    // The source as it is now is another matter.
    expect((await loaded.check(name)).differences).not.toEqual([]);
  });

  test.each([1, 3])('are differences for one without, by %i channels', async (channels) => {
    const name = `moving_${channels}`;
    await makeTable(name, 3000);
    const { tables } = await loadWhile([name], () => changeNow(...changes(name)), {
      channels,
      snapshot: false,
    });
    expect(tables[0]?.proof.differences).not.toEqual([]);
  });

  test('are none for tables at once, by several channels each, whichever reads a table', async () => {
    const names = ['at_once_1', 'at_once_2', 'at_once_3', 'at_once_4'];
    for (const name of names) await makeTable(name, 1500);
    const before = await Promise.all(names.map(ofSource));
    const all = names.flatMap((name) => changes(name).slice(0, 3));
    const more = { parallelTables: 3, channels: 2 };
    const { tables } = await loadWhile(names, () => changeNow(...all), more);
    expect(tables.map(({ proof }) => proof.differences)).toEqual([[], [], [], []]);
    expect(await Promise.all(names.map(ofTarget))).toEqual(before);
    expect(await ofSource('at_once_4')).not.toEqual(before[3]);
  });

  test.each([true, false])('of a table without a key; --snapshot: %s', async (snapshot) => {
    const name = `keyless_${snapshot}`;
    await makeTable(name, 3000, '');
    const before = await ofSource(name);
    const { tables } = await loadWhile([name], () => changeNow(...changes(name)), {
      snapshot,
      resume: false,
    });
    expect(tables[0]?.proof.differences.length === 0).toBe(snapshot);
    // One statement reads it, which sees one moment by itself.
    expect(await ofTarget(name)).toEqual(before);
  });

  test('to the definition of a table wait until the run has ended', async () => {
    await makeTable('altered', 3000);
    const before = await ofSource('altered');
    const other = await createConnection(loaded.ends.mysql.url);
    let altered = false;
    let altering: Promise<unknown> | undefined;
    const { tables } = await loadWhile(
      ['altered'],
      () => {
        altering = other.query('ALTER TABLE altered DROP COLUMN word').then(() => {
          altered = true;
        });
      },
      { channels: 3 },
    );
    expect(tables[0]?.proof.differences).toEqual([]);
    await altering;
    expect(altered).toBe(true);
    await other.end();
    expect(await ofTarget('altered')).toEqual(before);
  });
});

describe('a snapshot that is lost', () => {
  test.each([1, 3])('ends the run; the next one goes on with a new one, by %i channels', async (channels) => {
    const name = `lost_${channels}`;
    await makeTable(name, 3000);
    const { host, port, database } = loaded.ends.mysql;
    const user = `loader_${channels}_${database.slice(-8)}`;
    await loaded.execute(
      `CREATE USER '${user}'@'127.0.0.1' IDENTIFIED BY 'Of-the-load-1'`,
      `GRANT SELECT, LOCK TABLES ON ${database}.* TO '${user}'@'127.0.0.1'`,
    );
    const mysql = { host, port, user, password: 'Of-the-load-1', database, ssl: 'preferred' as const };
    // The last of its sessions is one of the snapshot.
    const kill = () => {
      changeNow(
        `SELECT MAX(ID) INTO @last FROM information_schema.PROCESSLIST WHERE USER = '${user}'`,
        "SET @kill = CONCAT('KILL CONNECTION ', @last)",
        'PREPARE killing FROM @kill',
        'EXECUTE killing',
        ...changes(name),
      );
    };
    const more = { channels, mysql, retries: 3 };
    await expect(loadWhile([name], kill, more)).rejects.toMatchObject({
      code: 'SNAPSHOT_LOST',
      exitCode: 5,
    });
    const there = await ofTarget(name);
    expect(there.length).toBeGreaterThan(0);
    expect(there.length).toBeLessThan(3000);

    // What was changed behind the cursor between the runs is another matter, which the check tells.
    const next = await loadWhile([name], () => undefined, more);
    expect(next.tables[0]?.rowsRead).toBeGreaterThan(0);
    expect(next.tables[0]?.proof.differences).not.toEqual([]);
    const [target, source] = [await ofTarget(name), await ofSource(name)];
    expect(new Set(target.map((row) => row.split(' ', 1)[0])).size).toBe(target.length);
    expect(target).toEqual(expect.arrayContaining(there));
    const last = (rows: string[]) => rows.filter((row) => Number(row.split(' ', 1)[0]) > 29_000);
    expect(last(target)).toEqual(last(source));
    await loaded.execute(`DROP USER '${user}'@'127.0.0.1'`);
  });

  test('and nothing that was changed leaves nothing to tell', async () => {
    await makeTable('lost_still', 3000);
    const kill = () =>
      changeNow(
        `SELECT MAX(p.ID) INTO @last FROM information_schema.PROCESSLIST p
          WHERE p.DB = DATABASE() AND p.ID <> CONNECTION_ID()`,
        "SET @kill = CONCAT('KILL CONNECTION ', @last)",
        'PREPARE killing FROM @kill',
        'EXECUTE killing',
      );
    await expect(loadWhile(['lost_still'], kill, {})).rejects.toMatchObject({ code: 'SNAPSHOT_LOST' });
    const { tables } = await loadWhile(['lost_still'], () => undefined, {});
    expect(tables[0]?.rowsRead).toBeLessThan(3000);
    expect(tables[0]?.proof.differences).toEqual([]);
    expect(await ofTarget('lost_still')).toEqual(await ofSource('lost_still'));
  });
});

test('the command takes --snapshot, and refuses a table that has none', async () => {
  const { cwd, env } = loaded.ends;
  await makeTable('told', 20);
  await loaded.execute(
    'CREATE TABLE heap (id INT PRIMARY KEY) ENGINE = MyISAM',
    'INSERT INTO heap VALUES (1)',
  );
  const args = ['run', '--snapshot', '--create', '--table', 'told'];
  const refused = await snowstream([...args, '--table', 'heap', '--fail-fast'], { cwd, env });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(
    /^snowstream: \S+\.heap is a table of MyISAM, which has no snapshots.* \[SNAPSHOT_IMPOSSIBLE\]$/m,
  );
  const tables = await loaded.ends.snowflake.execute("SHOW TABLES LIKE 'TOLD'");
  expect(tables).toEqual([]);
  // Without --fail-fast the other table is loaded all the same.
  const partly = await snowstream([...args, '--table', 'heap'], { cwd, env });
  expect(partly.code).toBe(2);
  expect(partly.stdout).toMatch(
    /FAILED .*heap is a table of MyISAM, which has no snapshots.* \[SNAPSHOT_IMPOSSIBLE\]/,
  );
  expect(partly.stdout).toContain('20 rows proven');
  const ended = await snowstream([...args, '--channels', '2'], { cwd, env });
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
});
