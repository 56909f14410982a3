import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MysqlSettings } from '../../src/config/settings.ts';
import { type MysqlSession, openMysqlSession } from '../../src/source/mysql/session.ts';
import { openSnapshot } from '../../src/source/mysql/snapshot.ts';
import { noSessionsSince, openTestSource, sessionIds, type TestSource } from './database.ts';

let mysql: TestSource;

beforeAll(async () => {
  mysql = await openTestSource();
  await mysql.execute(
    'CREATE TABLE one (id INT PRIMARY KEY, n INT)',
    'CREATE TABLE two (id INT PRIMARY KEY, n INT)',
    'INSERT INTO one VALUES (1, 0), (2, 0)',
    'INSERT INTO two VALUES (1, 0), (2, 0)',
    'CREATE VIEW seen AS SELECT n, COUNT(*) AS times FROM one GROUP BY n',
    'CREATE TABLE heap (id INT PRIMARY KEY) ENGINE = MyISAM',
    'CREATE TABLE parts (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 3',
    'CREATE TABLE parent (id INT PRIMARY KEY)',
    'CREATE TABLE child (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES parent (id) ON DELETE CASCADE)',
    'INSERT INTO parent VALUES (1)',
    'INSERT INTO child VALUES (1, 1)',
  );
});
afterAll(() => mysql[Symbol.asyncDispose]());

const connect = () => createConnection({ ...plain(mysql.settings), multipleStatements: true });

/** What mysql2 takes of settings. */
function plain({ host, port, user, password, database }: MysqlSettings) {
  return { host, port, user, ...(password && { password }), ...(database && { database }) };
}

function snapshot(tables: readonly string[], sessions: number, settings: MysqlSettings = mysql.settings) {
  const { database } = mysql.settings;
  const wanted = tables.map((name) => ({ database, name }));
  return openSnapshot(mysql.source, settings, wanted, sessions);
}

/** Every session of a snapshot, the first one first. */
async function sessionsOf(first: MysqlSession, sessions: number): Promise<MysqlSession[]> {
  const all = [first];
  while (all.length < sessions) all.push(await first.another());
  return all;
}

const idOf = async (source: MysqlSession) => String((await source.query('SELECT CONNECTION_ID()'))[0]?.[0]);

/** Waits until a session waits for a lock on a table's definition. */
async function waitingForMetadata(sessions = 1): Promise<void> {
  const waiting = async () =>
    (
      await mysql.source.query(
        "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND STATE LIKE 'Waiting for table%'",
      )
    ).length;
  await expect.poll(waiting, { timeout: 4000, interval: 20 }).toBeGreaterThanOrEqual(sessions);
}

/** A table of two rows, and an empty one of its shape. */
const makeKept = () =>
  mysql.execute(
    'DROP TABLE IF EXISTS kept, bare, gone',
    'CREATE TABLE kept (id INT PRIMARY KEY)',
    'CREATE TABLE bare LIKE kept',
    'INSERT INTO kept VALUES (1), (2)',
  );

/** A snapshot that waits for table `one`, among those it begins with. */
async function heldUp(...tables: string[]) {
  const [holder, other] = [await connect(), await connect()];
  await holder.query('LOCK TABLES one WRITE');
  const opening = snapshot(tables, 1);
  opening.catch(() => undefined);
  await waitingForMetadata();
  return {
    opening,
    other,
    release: () => holder.query('UNLOCK TABLES'),
    async [Symbol.asyncDispose]() {
      for (const connection of [holder, other]) await connection.end();
    },
  };
}

test('several sessions see one moment, while others write', async () => {
  let writing = true;
  const writers = [1, 2].map(async (id) => {
    const writer = await connect();
    // Both tables are the same whenever it has committed.
    while (writing)
      await writer.query(
        `BEGIN; UPDATE one SET n = n + 1 WHERE id = ${id}; UPDATE two SET n = n + 1 WHERE id = ${id}; COMMIT`,
      );
    await writer.end();
  });
  const moments = new Set<string>();
  try {
    for (let round = 0; round < 10; round += 1) {
      await using first = await snapshot(['one', 'two'], 6);
      const sessions = await sessionsOf(first, 6);
      expect(new Set(await Promise.all(sessions.map(idOf))).size).toBe(6);
      const read = async (session: MysqlSession, table: string) =>
        JSON.stringify(await session.query(`SELECT id, n FROM ${table} ORDER BY id`));
      const seen = await Promise.all(
        sessions.flatMap((session) => [read(session, 'one'), read(session, 'two')]),
      );
      await sleep(20);
      seen.push(await read(first, 'one'));
      expect(new Set(seen)).toHaveLength(1);
      moments.add(seen[0] ?? '');
    }
  } finally {
    writing = false;
    await Promise.all(writers);
  }
  expect(moments.size, 'nobody wrote between the rounds').toBeGreaterThan(5);
});

test('more sessions than were asked for are shared, and all end with the first', async () => {
  const before = await sessionIds(mysql.source);
  const first = await snapshot(['one'], 3);
  const ids = await Promise.all((await sessionsOf(first, 5)).map(idOf));
  expect(new Set(ids).size).toBe(3);
  expect(ids[3]).toBe(ids[1]);
  await (await first.another()).close();
  expect(await Promise.all((await sessionsOf(first, 3)).map(idOf))).toHaveLength(3);
  await first.close();
  await noSessionsSince(mysql.source, before);
});

test('sessions are divided among tables that are loaded at once', async () => {
  await using first = await snapshot(['one'], 6);
  const shares = first.shares(3);
  const ids = await Promise.all(
    shares.map(async (share) => Promise.all((await sessionsOf(share, 3)).map(idOf))),
  );
  expect(ids[0]?.[0]).toBe(await idOf(first));
  // Each has two, and gives its second one again.
  expect(ids.map((own) => new Set(own).size)).toEqual([2, 2, 2]);
  expect(new Set(ids.flat()).size).toBe(6);
  // Any session of a share.
  const other = await (await (shares[2] as MysqlSession).another()).another();
  expect(ids[2]).toContain(await idOf(other));
});

describe('what others do', () => {
  test('one session does not wait for a transaction of another, several do, for a time', async () => {
    const writer = await connect();
    await writer.query('BEGIN; UPDATE one SET n = n + 1 WHERE id = 1');
    const before = await sessionIds(mysql.source);
    {
      await using _alone = await snapshot(['one'], 1);
    }
    await expect(snapshot(['two', 'one'], 2)).rejects.toMatchObject({
      code: 'SNAPSHOT_BUSY',
      exitCode: 5,
      message: expect.stringMatching(
        /another session held one of .*\.two, .*\.one for more than 5 s; run again/,
      ),
    });
    await noSessionsSince(mysql.source, before);
    const opening = snapshot(['one', 'two'], 2);
    await waitingForMetadata();
    await writer.query('COMMIT');
    await using first = await opening;
    const [[mine], [others]] = [await first.query('SELECT n FROM one WHERE id = 1'), await numberOfOne()];
    expect(mine).toEqual(others);
    await writer.end();
  });

  const numberOfOne = () => mysql.source.query('SELECT n FROM one WHERE id = 1');

  test('rows that a foreign key of another table deletes are waited for too', async () => {
    const writer = await connect();
    await writer.query('BEGIN; DELETE FROM parent WHERE id = 1');
    await expect(snapshot(['child'], 2)).rejects.toMatchObject({ code: 'SNAPSHOT_BUSY' });
    await writer.query('ROLLBACK');
    await writer.end();
  });

  test.each(['kept', 'seen_kept'])(
    '%s keeps its definition until the end: an ALTER or a swap waits',
    async (name) => {
      await makeKept();
      await mysql.execute('CREATE OR REPLACE VIEW seen_kept AS SELECT DISTINCT id FROM kept');
      await using first = await snapshot([name], 1);
      const other = await connect();
      const swap = other.query('RENAME TABLE kept TO gone, bare TO kept');
      await waitingForMetadata();
      expect(await first.query(`SELECT id FROM ${name} ORDER BY id`)).toEqual([[1], [2]]);
      await first.close();
      await swap;
      expect(await mysql.source.query(`SELECT id FROM ${name}`)).toEqual([]);
      await other.end();
    },
  );

  test('what waits to alter a table while it begins goes first', async () => {
    await makeKept();
    await using held = await heldUp('kept', 'one');
    const { opening, other } = held;
    const truncated = other.query('TRUNCATE TABLE kept');
    await waitingForMetadata(2);
    await held.release();
    await using first = await opening;
    await truncated;
    expect(await first.query('SELECT id FROM kept')).toEqual([]);
  });

  test('a table that is swapped just when it begins is that of the moment of its beginning', async () => {
    await makeKept();
    await using held = await heldUp('one', 'kept');
    const { opening, other } = held;
    // The copy is filled up before the swap, while the other table is waited for.
    await other.query('INSERT INTO bare SELECT id FROM kept; RENAME TABLE kept TO gone, bare TO kept');
    await held.release();
    await using first = await opening;
    expect(await first.query('SELECT id FROM kept ORDER BY id')).toEqual([[1], [2]]);
  });
});

describe('what cannot be had', () => {
  test('a table of an engine without snapshots is named, a view is not asked for its tables', async () => {
    await expect(snapshot(['one', 'heap'], 1)).rejects.toMatchObject({
      code: 'SNAPSHOT_IMPOSSIBLE',
      exitCode: 2,
      message: expect.stringMatching(/\.heap is a table of MyISAM, which has no snapshots/),
    });
    if (mysql.isMariaDb) {
      await mysql.execute('CREATE TABLE crash_safe (id INT PRIMARY KEY) ENGINE = Aria');
      await expect(snapshot(['crash_safe'], 1)).rejects.toThrow(/is a table of Aria/);
    }
    await using first = await snapshot(['seen', 'parts', 'seen'], 2);
    const before = await first.query('SELECT SUM(n), SUM(times) FROM seen');
    await mysql.execute('UPDATE one SET n = n + 100');
    expect(await first.query('SELECT SUM(n), SUM(times) FROM seen')).toEqual(before);
    expect(await (await first.another()).query('SELECT SUM(n), SUM(times) FROM seen')).toEqual(before);
  });

  test('a user without LOCK TABLES has one session, and the error names what several need', async () => {
    const { database } = mysql.settings;
    const user = `reader_${database.slice(-8)}`;
    await mysql.execute(
      `CREATE USER '${user}'@'127.0.0.1' IDENTIFIED BY 'Of-no-account-1'`,
      `GRANT SELECT ON ${database}.one TO '${user}'@'127.0.0.1'`,
    );
    try {
      const reader = { ...mysql.settings, user, password: 'Of-no-account-1' };
      const { port } = reader;
      const settings: MysqlSettings = {
        host: '127.0.0.1',
        port,
        user,
        password: reader.password,
        ssl: 'preferred',
      };
      {
        await using _alone = await snapshot(['one'], 1, settings);
      }
      await expect(snapshot(['one'], 2, settings)).rejects.toMatchObject({
        code: 'SNAPSHOT_IMPOSSIBLE',
        message: expect.stringContaining(`GRANT LOCK TABLES ON \`${database}\`.*, or run with --channels 1`),
      });
      await mysql.execute(`GRANT LOCK TABLES ON ${database}.* TO '${user}'@'127.0.0.1'`);
      await using first = await snapshot(['one'], 2, settings);
      expect(await first.query(`SELECT id FROM ${database}.one`)).toEqual([[1], [2]]);
    } finally {
      await mysql.execute(`DROP USER '${user}'@'127.0.0.1'`);
    }
  });
});

describe('a session that breaks', () => {
  const lost = {
    code: 'SNAPSHOT_LOST',
    exitCode: 5,
    message: expect.stringContaining('with a new snapshot'),
  };

  test('is not made again, and the others can be closed', async () => {
    await using first = await snapshot(['one'], 2);
    await mysql.execute(`KILL CONNECTION ${await idOf(await first.another())}`);
    await expect((await first.another()).query('SELECT 1')).rejects.toMatchObject(lost);
    expect(await first.query('SELECT id FROM one')).toEqual([[1], [2]]);
  });

  test('in the middle of a statement', async () => {
    await mysql.execute('CREATE TABLE wide (v MEDIUMTEXT)');
    for (let rows = 0; rows < 12; rows += 1)
      await mysql.execute("INSERT INTO wide VALUES (REPEAT('x', 6000000))");
    await using first = await snapshot(['wide'], 2);
    const reading = await first.another();
    const id = await idOf(reading);
    const rows = reading.stream('SELECT v FROM wide', 1);
    await rows.next();
    await mysql.execute(`KILL CONNECTION ${id}`);
    const rest = async () => {
      while (!(await rows.next()).done);
    };
    await expect(rest()).rejects.toMatchObject(lost);
  });

  test('by a caller that stops early is closed with the others', async () => {
    const before = await sessionIds(mysql.source);
    const first = await snapshot(['wide'], 2);
    for await (const _row of (await first.another()).stream('SELECT v FROM wide', 1)) break;
    expect(await first.query('SELECT id FROM one')).toEqual([[1], [2]]);
    await first.close();
    await noSessionsSince(mysql.source, before);
  });

  test('one that cannot be opened is unreachable, which is tried again', async () => {
    const { port, ...settings } = mysql.settings;
    await using nowhere = await openMysqlSession(mysql.settings);
    await expect(
      openSnapshot(nowhere, { ...settings, port: 1 }, [{ database: settings.database, name: 'one' }], 1),
    ).rejects.toMatchObject({ code: 'MYSQL_UNREACHABLE' });
    expect(port).not.toBe(1);
  });
});
