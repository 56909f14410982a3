import { afterAll, beforeAll, expect, test } from 'vitest';
import { mapColumns, ownTypes } from '../../src/types/column-mapping.ts';
import { openTestSource, type TestSource } from '../source/database.ts';

let mysql: TestSource;
beforeAll(async () => {
  mysql = await openTestSource();
});
afterAll(() => mysql[Symbol.asyncDispose]());

test('a byte that is no character of Unicode is told from a question mark in each set of one byte', async () => {
  const sets = await mysql.source.query(
    "SELECT CHARACTER_SET_NAME FROM information_schema.CHARACTER_SETS WHERE MAXLEN = 1 AND CHARACTER_SET_NAME <> 'binary'",
  );
  expect(sets.length).toBeGreaterThan(20);
  const lossy: unknown[] = [];
  for (const [set] of sets) {
    await mysql.execute(
      `CREATE OR REPLACE VIEW one_byte AS SELECT ${Array.from(
        { length: 256 },
        (_, byte) => `_${set} x'${byte.toString(16).padStart(2, '0')}' AS b${byte}`,
      ).join()}`,
    );
    const [row = []] = await mysql.source.query(
      `SELECT ${Array.from({ length: 256 }, (_, byte) => `HEX(CONVERT(b${byte} USING utf8mb4))`).join()} FROM one_byte`,
    );
    const lost = row.flatMap((hex, byte) =>
      (hex === '3F' && byte !== 0x3f) || hex === 'EFBFBD' ? [byte] : [],
    );
    if (lost.length > 0) lossy.push(set);
    const table = await mysql.describe('one_byte');
    for (const { source, carriage } of ownTypes(mapColumns(table.columns, undefined, (name) => name))) {
      const byte = Number(source.name.slice(1));
      if (carriage.read === undefined) {
        expect([set, lost]).toEqual([set, []]);
        break;
      }
      const [[cell] = []] = await mysql.source.query(`SELECT ${carriage.read(source.name)} FROM one_byte`);
      const text = () => carriage.text(cell ?? '');
      if (lost.includes(byte)) expect(text).toThrow('no character of Unicode');
      else expect(Buffer.from(String(text())).toString('hex').toUpperCase()).toBe(row[byte]);
    }
  }
  expect(lossy).toEqual(expect.arrayContaining(['cp1251', 'hebrew', 'tis620']));
});
