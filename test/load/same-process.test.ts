import { expect, test } from 'vitest';
import { SnowstreamError } from '../../src/errors.ts';
import type { LoadedEnds } from '../check/loaded.ts';
import { loadedEndsOfFile } from '../check/loaded-of-file.ts';
import { numbers } from '../fixtures/numbered-rows.ts';
import { completedRun as run } from './completed-run.ts';

let loaded: LoadedEnds;
loadedEndsOfFile((ends) => {
  loaded = ends;
});

test.each([
  { clientName: 'ONE', bridge: 'batch', channels: 1 },
  { clientName: 'ONE', bridge: 'batch', channels: 3 },
  { clientName: 'TWO', bridge: 'cell', channels: 1 },
] as const)(
  'two loads of one table at once in one process: one ends with CHANNEL_TAKEN, %o',
  async (more) => {
    const name = `at_once_${more.clientName}_${more.channels}`.toLowerCase();
    await loaded.execute(
      `CREATE TABLE ${name} (id INT PRIMARY KEY, word VARCHAR(40))`,
      `INSERT INTO ${name}
       SELECT seq, CONCAT('word ', seq DIV 100) FROM ${numbers(4000)}`,
    );
    const settings = { ...loaded.settings, ...more, batchRows: 50, tables: [loaded.table(name)] };
    for (let round = 0; round < 3; round += 1) {
      const ended = await Promise.allSettled([run(settings), run({ ...settings, clientName: 'OTHER' })]);
      const errors = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
      for (const error of errors)
        expect({
          code: error.code,
          message: error.message,
          isOurs: error instanceof SnowstreamError,
        }).toMatchObject({
          code: 'CHANNEL_TAKEN',
        });
      expect(errors.length).toBeLessThan(2);
      await loaded.ends.snowflake.execute(`SELECT 1`);
      if (round < 2) await run(settings, { restart: true });
    }
    const [row] = await loaded.ends.snowflake.execute(
      `SELECT COUNT(*) AS N, COUNT(DISTINCT ID) AS D FROM ${name}`,
    );
    expect(row).toEqual({ N: '4000', D: '4000' });
  },
);
