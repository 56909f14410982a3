import { expect, test } from 'vitest';
import { Field } from './field.ts';
import { record } from './figures.ts';
import { type Ended, endLines } from './program.ts';
import { sized } from './size.ts';
import { numbered } from './workload.ts';

const PACE = 250_000;

/** Runs, changes something at one end while rows flow, and gives back how the run ended. */
async function changed(field: Field, rows: number, change: () => Promise<unknown>) {
  const load = await numbered(field.mysql, 'people', rows);
  field.beforeMysql.pace = PACE;
  const program = field.start(load, '--close-timeout', '10000');
  expect(await field.commits.more(2), program.stderr).toBe(true);
  await change();
  const ended = await program.ended;
  field.beforeMysql.pace = Number.POSITIVE_INFINITY;
  return { load, ended };
}

const said = (ended: Ended) => endLines(ended).join('\n');

test('row 8: the target gains a column: the run goes on', { timeout: 200_000 }, async () => {
  await using field = await Field.open();
  const { load, ended } = await changed(field, 12_000, () =>
    field.snowflake.rows('ALTER TABLE people ADD COLUMN more VARCHAR'),
  );
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  await field.expectExactlyOnce(load, {
    row: 8,
    fault: 'the target gains a column',
    injected: 1,
    note: 'continues',
  });
});

const GONE: readonly [what: string, sql: string, says: RegExp][] = [
  ['loses a column', 'ALTER TABLE people DROP COLUMN note', /NOTE/i],
  ['is dropped', 'DROP TABLE people', /PEOPLE/i],
  [
    'is replaced by one of another shape',
    'CREATE OR REPLACE TABLE people (id NUMBER(20,0), other VARCHAR)',
    /PEOPLE|NAME|OTHER/i,
  ],
];

test.each(GONE.slice(0, sized(1, GONE.length)))(
  'row 8: the target %s: the run stops and says so',
  { timeout: 200_000 },
  async (what, sql, says) => {
    await using field = await Field.open();
    const { ended } = await changed(field, 12_000, () => field.snowflake.rows(sql));
    expect(ended.code, ended.stderr).not.toBe(0);
    expect(said(ended) + ended.stdout).toMatch(says);
    record({
      row: 8,
      fault: `the target ${what}`,
      injected: 1,
      note: `stops with ${ended.code}: ${said(ended).slice(0, 150)}`,
    });
  },
);

test('row 8: the target is replaced by an empty one of the same shape: no silent loss', {
  timeout: 200_000,
}, async () => {
  await using field = await Field.open();
  const { load, ended } = await changed(field, 12_000, async () => {
    await field.snowflake.rows('CREATE TABLE twin LIKE people');
    await field.snowflake.rows('ALTER TABLE twin SWAP WITH people');
  });
  // A channel that is gone may have been dropped from a table that has its rows, so nothing begins anew by itself.
  expect(ended, ended.stderr).toMatchObject({ code: 1 });
  expect(said(ended)).toMatch(/is not there any more.*another table now.*--restart.*CHANNEL_TAKEN/);
  await field.complete(load);
  await field.expectExactlyOnce(load, {
    row: 8,
    fault: 'the target is replaced by an empty twin',
    injected: 1,
    note: 'stops with 1 and says so; the next run loads it from the first row',
  });
});
