import { createHash } from 'node:crypto';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PEOPLE_COLUMNS, people } from '../../scripts/demo/people.mjs';
import { fillPeople } from '../../scripts/demo-data.mjs';
import { mysqlForTests } from '../../scripts/mysql-server.mjs';

const SEED = 20_240_229;

function checksum(rows: Iterable<unknown>): string {
  const hash = createHash('sha256');
  for (const row of rows) hash.update(`${JSON.stringify(row)}\n`);
  return hash.digest('hex');
}

describe('the rows', () => {
  test('are the committed ones', () => {
    expect(checksum(people(1_000, SEED))).toBe(
      'b64bb07ddfd22da8f67fb4c45c5ad90804e1f007132d45c999fd6e14ced50060',
    );
  });

  test('are the same twice, the first ones whatever their number, and others for another seed', () => {
    const rows = [...people(3_000, 7)];
    expect([...people(3_000, 7)]).toEqual(rows);
    expect([...people(500, 7)]).toEqual(rows.slice(0, 500));
    expect([...people(500, 8)]).not.toEqual(rows.slice(0, 500));
  });

  test('have telephone numbers of every form, with and without an extension', () => {
    const form = (phone: string) =>
      phone.replace(/x\d+$/, (part) => `x${part.length - 1}`).replace(/\d{3,}/g, '#');
    const counts = new Map<string, number>();
    for (const row of people(10_000, SEED)) counts.set(form(row[6]), (counts.get(form(row[6])) ?? 0) + 1);
    const written = ['#-#-#', '(#)#-#', '#.#.#', '+1-#-#-#', '#-#-#-#'];
    const extended = written.flatMap((shape) => ['', 'x3', 'x4', 'x5'].map((extension) => shape + extension));
    expect([...counts.keys()].sort()).toEqual(['#', ...extended].sort());
    for (const [shape, count] of counts) expect(count, shape).toBeGreaterThan(250);
  });

  test('are what their columns say', () => {
    for (const [index, id, first, last, sex, email, phone, birth, job] of people(2_000, SEED)) {
      expect(index).toBeGreaterThan(0);
      expect(id).toMatch(/^[0-9a-fA-F]{15}$/);
      expect(['Male', 'Female']).toContain(sex);
      expect(email).toMatch(/^[a-z]+\.[a-z]+\d{1,3}@[a-z-]+\.example$/);
      expect(new Date(birth).toISOString().slice(0, 10)).toBe(birth);
      expect([first, last, phone, job].every((text) => text.length > 0)).toBe(true);
    }
  });
});

describe('the table', () => {
  let mysql: Awaited<ReturnType<typeof mysqlForTests>>;
  let connection: Connection;

  beforeAll(async () => {
    mysql = await mysqlForTests();
    connection = await createConnection({ uri: mysql.url, dateStrings: true });
  });
  afterAll(async () => {
    await connection.end();
    await mysql.drop();
  });

  test('holds exactly the rows, in the notebook’s columns', async () => {
    expect(await fillPeople(mysql.url, { rows: 4_500, table: 'full', seed: 7 })).toMatchObject({
      rows: 4_500,
      filled: true,
    });
    const [rows, fields] = await connection.query<RowDataPacket[][]>({
      sql: 'SELECT * FROM full ORDER BY ROW_INDEX',
      rowsAsArray: true,
    });
    expect(fields.map((field) => field.name)).toEqual(PEOPLE_COLUMNS.map(([name]) => name));
    expect(checksum(rows)).toBe(checksum(people(4_500, 7)));
  });

  test('is filled again only when its rows are not the ones asked for', async () => {
    const options = { rows: 300, table: 'again', seed: 7 };
    const fill = async (changed = {}) => (await fillPeople(connection, { ...options, ...changed })).filled;
    expect(await fill()).toBe(true);
    expect(await fill()).toBe(false);
    await connection.query('DELETE FROM again WHERE ROW_INDEX = 17');
    expect(await fill()).toBe(true);
    expect(await fill({ seed: 8 })).toBe(true);
    expect(await fill({ rows: 200 })).toBe(true);
    expect(await fill()).toBe(true);
    const [[count]] = await connection.query<RowDataPacket[]>('SELECT COUNT(*) AS n FROM again');
    expect(count).toEqual({ n: 300 });
  });
});
