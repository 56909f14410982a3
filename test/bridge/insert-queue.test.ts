import { expect, test } from 'vitest';
import { InsertQueue } from '../../src/bridge/insert-queue.ts';
import { SnowstreamError } from '../../src/errors.ts';

test('inserts go one after the other, in the order in which they were asked for', async () => {
  const queue = new InsertQueue('CONTINUE');
  const order: string[] = [];
  const insert = (name: string, turns: number) =>
    queue.run(async () => {
      order.push(`${name} begins`);
      for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
      order.push(`${name} ends`);
      return [];
    });
  await Promise.all([insert('a', 5), insert('b', 0), insert('c', 2)]);
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('after one that failed every further one fails, whenever it is asked for, and names the first', async () => {
  const queue = new InsertQueue('CONTINUE');
  let inserts = 0;
  const insert = (error?: Error) =>
    queue.run(async () => {
      inserts += 1;
      if (error !== undefined) throw error;
      return [];
    });
  const lost = new SnowstreamError('CHANNEL_INVALID', 'channel X is not valid any more');
  const results = await Promise.allSettled([insert(), insert(lost), insert(), insert(new Error('never'))]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
  const later = {
    code: 'CHANNEL_INVALID',
    message: expect.stringMatching(/an earlier insert failed: channel X is not/),
  };
  expect(results[1]).toMatchObject({ reason: lost });
  for (const result of [results[2], results[3]]) expect(result).toMatchObject({ reason: later });
  // Also once everybody knows of the failure, and with one message, not one around the other.
  await expect(insert()).rejects.toMatchObject({
    ...later,
    message: expect.not.stringMatching(/accepts no more rows.*accepts no more rows/),
  });
  expect(inserts).toBe(2);
});

test('a rejected row is a failure under ABORT alone', async () => {
  const rejected = [{ index: 4, message: 'too long' }];
  const going = new InsertQueue('CONTINUE');
  expect(await going.run(async () => rejected)).toEqual(rejected);
  expect(await going.run(async () => [])).toEqual([]);
  const aborting = new InsertQueue('ABORT');
  const run = () => aborting.run(async () => rejected);
  await expect(run()).rejects.toMatchObject({
    code: 'ROWS_REFUSED',
    message: 'row 4 of a batch was rejected: too long',
  });
  await expect(run()).rejects.toMatchObject({
    code: 'ROWS_REFUSED',
    message: expect.stringMatching(/accepts no more rows/),
  });
});
