import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RejectsFile } from '../../src/rejects/rejects-file.ts';
import { snowstream } from '../cli/snowstream.ts';
import { type Ends, startEnds } from '../e2e/local.ts';

let ends: Ends;
beforeAll(async () => {
  ends = await startEnds();
  await ends.source.query('CREATE TABLE people (id INT PRIMARY KEY, word VARCHAR(40), born DATE, seen DATE)');
  await ends.source.query("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'");
  await ends.source.query(
    `INSERT INTO people VALUES (1, 'a', '2020-01-01', '0000-00-00'), (2, 'b', '2020-02-31', NULL),
      (3, 'c', NULL, '2021-02-31'), (4, 'd', '2020-02-30', NULL), (5, 'e', '0000-00-00', '0000-00-00')`,
  );
});
afterAll(() => ends[Symbol.asyncDispose]());

const command = (...args: string[]) =>
  snowstream([...args, '--table', 'people'], { cwd: ends.cwd, env: ends.env });

test('a run, a check and a retry with a rejects file, as a person sees them', async () => {
  const file = join(ends.cwd, 'rejects.jsonl');
  const run = await command('run', '--create', '--rejects', 'rejects.jsonl', '--max-rejects', '2');
  expect(run.code).toBe(4);
  expect(run.stderr).toMatch(
    /^snowstream: 3 rows were rejected and --max-rejects allows 2: they are in .*rejects\.jsonl, and snowstream retry-rejects .*\[ROWS_REFUSED\]$/m,
  );
  for (const line of [
    /^ {2}Policy zeroDates on SEEN: +2 values replaced$/m,
    /^ {2}Policy zeroDates on BORN: +1 value replaced$/m,
    /^ {2}Records rejected: +3$/m,
    /^ {4}key 2, column BORN: /m,
    /^ {2}Rejected for BORN: +2 records$/m,
    /^ {2}Rejected for SEEN: +1 record$/m,
    /^ {2}Rejected records are kept in: +.*\/rejects\.jsonl$/m,
    /^2 rows proven/m,
  ])
    expect(run.stdout).toMatch(line);
  expect(statSync(file).mode & 0o777).toBe(0o600);

  {
    await using _other = await RejectsFile.open(file);
    for (const [name, ...args] of [['run', '--rejects'], ['retry-rejects']]) {
      const second = await command(name ?? '', ...args, 'rejects.jsonl');
      expect(second.stderr).toMatch(
        /^snowstream: rejects file .*rejects\.jsonl is in use by another program: .* \[REJECTS_INVALID\]$/m,
      );
      expect(second.code).toBe(2);
    }
  }
  expect((await command('check')).code).toBe(3);
  const check = await command('check', '--rejects', 'rejects.jsonl');
  expect(check.stdout).toContain('2 rows proven');
  // They are not there, whichever run has rejected them.
  expect(check.stderr).toMatch(/^snowstream: 3 rows were rejected and --max-rejects allows 0: /m);
  expect(check.code).toBe(4);
  expect((await command('check', '--rejects', 'rejects.jsonl', '--max-rejects', '3')).code).toBe(0);

  await ends.source.query("UPDATE people SET born = '2020-02-29' WHERE id = 2");
  await ends.source.query('DELETE FROM people WHERE id = 3');
  const retry = await command('retry-rejects', 'rejects.jsonl');
  for (const line of [
    /^\w+\.people → \w+\.PUBLIC\.PEOPLE, by channel \w+_PEOPLE_[0-9A-F]{12}_0_REJECTS$/m,
    /^ {2}Records sent: +1$/m,
    /^ {2}Records rejected again: +1$/m,
    /^ {4}key 4, column BORN: /m,
    /^ {2}Records gone from the source: +1$/m,
    /^ {4}key 3$/m,
    /^ {2}3 rows proven$/m,
    /^1 record remains in .*rejects\.jsonl\.$/m,
  ])
    expect(retry.stdout).toMatch(line);
  expect(retry.code).toBe(4);

  const again = await command('run', '--rejects', 'rejects.jsonl');
  expect(again.stdout).toMatch(/^ {2}Records rejected before this run: +1$/m);
  expect(again.stderr).toMatch(
    /^snowstream: 1 row was rejected and --max-rejects allows 0: .* \[ROWS_REFUSED\]$/m,
  );
  expect(again.code).toBe(4);
  expect((await command('run', '--rejects', 'rejects.jsonl', '--max-rejects', '1')).code).toBe(0);

  await ends.source.query("UPDATE people SET born = '2020-02-29' WHERE id = 4");
  const last = await command('retry-rejects', 'rejects.jsonl', '--json');
  expect(JSON.parse(last.stdout)).toMatchObject({
    left: 0,
    tables: [{ rowsSent: 1, proof: { differences: [] } }],
  });
  expect(last.code).toBe(0);
  expect(existsSync(file)).toBe(false);
  const missing = await command('retry-rejects', 'rejects.jsonl');
  expect(missing.stderr).toMatch(
    /^snowstream: there is no rejects file .*rejects\.jsonl \[REJECTS_INVALID\]$/m,
  );
  expect(missing.code).toBe(2);
});

test('without a rejects file, the advice leads to a proven load', async () => {
  await ends.source.query('CREATE TABLE fileless (id INT PRIMARY KEY, born DATE)');
  await ends.source.query("INSERT INTO fileless VALUES (1, '2020-02-31'), (2, '2020-01-01')");
  const run = (...args: string[]) =>
    snowstream(['run', '--create', '--table', 'fileless', ...args], { cwd: ends.cwd, env: ends.env });
  const first = await run();
  expect(first.stderr).toMatch(
    /1 row was rejected and --max-rejects allows 0: .* a further run neither reads them again nor can exclude them .* a larger --max-rejects, then run with --restart; with --rejects FILE from the start /,
  );
  expect(first.code).toBe(4);
  // What the advice warns of: a larger limit, or a file, is too late.
  for (const late of [[], ['--rejects', 'late.jsonl']]) {
    const further = await run('--max-rejects', '1', ...late);
    expect(further.stdout).toMatch(
      / {2}Rows that an earlier run rejected without --rejects FILE are missing/,
    );
    expect(further.code).toBe(3);
  }
  const restarted = await run('--max-rejects', '1', '--restart', '--yes');
  expect(restarted.stdout).toMatch(/\n1 row proven: .* 1 row of MySQL was rejected\.\n$/);
  expect(restarted.code).toBe(0);
  // Where no row is missing, none was rejected.
  await ends.source.query('DELETE FROM fileless');
  const fewer = await run('--max-rejects', '1');
  expect(fewer.stdout).toContain('NOT PROVEN');
  expect(fewer.stdout).not.toContain('that an earlier run rejected');
});
