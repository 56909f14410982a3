import { afterAll, beforeAll, expect, test } from 'vitest';
import { readingExpressions } from '../../src/source/mysql/types/sql-types.ts';
import { mapColumns, ownTypes } from '../../src/types/column-mapping.ts';
import { openTestSource, type TestSource } from '../source/database.ts';

let mysql: TestSource;
beforeAll(async () => {
  mysql = await openTestSource();
});
afterAll(() => mysql[Symbol.asyncDispose]());

const BYTES = Array.from({ length: 256 }, (_, byte) => `(${byte}, x'${byte.toString(16).padStart(2, '0')}')`);
/** What servers put for a byte that is no character. */
const MARKS = new Set(['3F', 'EFBFBD']);

test('a byte that is no character of Unicode is distinguished from a question mark in each set of one byte', async () => {
  const sets = await mysql.source.query(
    "SELECT CHARACTER_SET_NAME FROM information_schema.CHARACTER_SETS WHERE MAXLEN = 1 AND CHARACTER_SET_NAME <> 'binary'",
  );
  expect(sets.length).toBeGreaterThan(20);
  const lossy: unknown[] = [];
  for (const [set] of sets) {
    await mysql.execute(
      'DROP TABLE IF EXISTS one_byte',
      `CREATE TABLE one_byte (b INT PRIMARY KEY, v VARCHAR(1) CHARACTER SET ${set})`,
      // MySQL takes no byte from 80 on into ascii.
      `INSERT IGNORE INTO one_byte VALUES ${BYTES.join()}`,
    );
    const table = await mysql.describe('one_byte');
    const [, column] = ownTypes(mapColumns(table.columns, undefined, (name) => name));
    const read = readingExpressions(column === undefined ? [] : [column]).join();
    const rows = await mysql.source.query(
      `SELECT b, HEX(CONVERT(v USING utf8mb4)), ${read} FROM one_byte WHERE CONV(HEX(v), 16, 10) = b`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(127);
    for (const [byte, unicode, cell] of rows) {
      const isLost = MARKS.has(String(unicode)) && byte !== 0x3f;
      const text = () => column?.encoder.text(cell ?? '');
      if (isLost) expect(text, `${set} ${byte}`).toThrow('not a Unicode character');
      else expect(Buffer.from(String(text())).toString('hex').toUpperCase(), `${set} ${byte}`).toBe(unicode);
      if (isLost) lossy.push(set);
    }
  }
  expect(lossy).toEqual(expect.arrayContaining(['cp1251', 'hebrew', 'tis620']));
});
