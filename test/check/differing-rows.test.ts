import { describe, expect, test } from 'vitest';
import { provenText } from '../../src/report/proven-text.ts';
import { proofLines, runText } from '../../src/report/run-text.ts';
import type { LoadedEnds } from './loaded.ts';
import { loadedEndsOfFile } from './loaded-of-file.ts';

let loaded: LoadedEnds;
loadedEndsOfFile((ends) => {
  loaded = ends;
});

const none = { rows: 0, first: [] };

describe('rows that were changed after a load', () => {
  test('are named by their keys, with the ways out', async () => {
    await loaded.execute(
      'CREATE TABLE changed (a VARCHAR(9) COLLATE utf8mb4_general_ci NOT NULL, b INT NOT NULL, word VARCHAR(20), PRIMARY KEY (a, b))',
      `INSERT INTO changed
         WITH RECURSIVE d AS (SELECT 0 AS n UNION ALL SELECT n + 1 FROM d WHERE n < 29) SELECT CONCAT('ä', n), n, 'x' FROM d`,
    );
    expect((await loaded.load('changed')).tables[0]?.proof).not.toHaveProperty('rows');
    await loaded.execute(
      "UPDATE changed SET word = 'y' WHERE b = 3",
      'DELETE FROM changed WHERE b IN (5, 6)',
      "INSERT INTO changed SELECT CONCAT('new', b), b, 'z' FROM changed WHERE b < 5 OR b BETWEEN 7 AND 9",
    );
    const proof = await loaded.check('changed');
    expect(proof.rows).toEqual({
      missing: { rows: 8, first: [0, 1, 2, 3, 4].map((n) => [`new${n}`, `${n}`]) },
      unexpected: {
        rows: 2,
        first: expect.arrayContaining([
          ['ä5', '5'],
          ['ä6', '6'],
        ]),
      },
      different: { rows: 1, first: [['ä3', '3']] },
    });
    const lines = proofLines(proof).join('\n');
    expect(lines).toMatch(
      / 8 rows missing in the target: key new0, 0; new1, 1; new2, 2; new3, 3; new4, 4 and 3 more\n/,
    );
    expect(lines).toMatch(/ 1 row with different values: key ä3, 3\n/);
    expect(lines).toContain('snowstream run --restart');
    // A run says the same.
    const text = runText(await loaded.load('changed'));
    expect(text).toContain(' 2 rows in the target only: key ');
    expect(text).toContain('snowstream run --restart');
  });

  test('in the target twice differ; a rejected row does not', async () => {
    await loaded.execute(
      'CREATE TABLE doubled (id INT PRIMARY KEY, word VARCHAR(20))',
      "INSERT INTO doubled VALUES (1, 'a'), (2, 'far too long'), (3, 'c')",
    );
    await loaded.ends.snowflake.execute('CREATE TABLE doubled (ID NUMBER(10,0), WORD VARCHAR(5))');
    const { policies } = loaded.table('doubled');
    const table = {
      policies: { ...policies, table: { ...policies.table, narrowColumns: 'reject' } },
    } as const;
    await loaded.load('doubled', { maxRejects: 9 }, table);
    await loaded.execute("INSERT INTO doubled VALUES (4, 'still too long')");
    await loaded.ends.snowflake.execute("INSERT INTO doubled VALUES (1, 'a')");
    const { proof } = (await loaded.load('doubled', { maxRejects: 9 }, table)).tables[0] ?? {};
    // Row 2 was rejected by an earlier run without a rejects file, of which this one knows nothing.
    expect(proof?.rows).toEqual({
      missing: { rows: 1, first: [['2']] },
      unexpected: none,
      different: { rows: 1, first: [['1']] },
    });
  });

  test('are not looked for where it would not be cheap, or says nothing', async () => {
    await loaded.execute(
      'CREATE TABLE large (id INT PRIMARY KEY)',
      `INSERT INTO large WITH RECURSIVE d AS (SELECT 0 AS n UNION ALL SELECT n + 1 FROM d WHERE n < 299)
         SELECT x.n * 300 + y.n FROM d x, d y WHERE x.n * 300 + y.n < 50001`,
    );
    await loaded.load('large', { batchRows: 10_000 });
    await loaded.ends.snowflake.execute('DELETE FROM large WHERE ID = 7');
    const proof = await loaded.check('large');
    expect(proof.differences[0]).toContain('rows: 50001');
    expect(proof).not.toHaveProperty('rows');
    expect(provenText(proof.targetRows, 0)).toBe('50,000 rows proven');
  });
});
