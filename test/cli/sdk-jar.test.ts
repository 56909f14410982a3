import { createHash } from 'node:crypto';
import { appendFileSync, copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../scripts/setup/places.mjs';
import { type Ends, startEnds } from '../e2e/local.ts';
import { snowstream } from './snowstream.ts';

const PINNED = join(root, 'jars/lib/snowflake-ingest-sdk-4.3.0.jar');

let ends: Ends;
/** A jar of the user's own: another file, of other bytes, with the same classes. */
let jar: string;
let sum: string;
beforeAll(async () => {
  ends = await startEnds();
  await ends.source.query('CREATE TABLE people (id INT PRIMARY KEY)');
  await ends.source.query('INSERT INTO people VALUES (1), (2)');
  jar = join(ends.cwd, 'my-own-sdk.jar');
  copyFileSync(PINNED, jar);
  // What stands behind a zip file is passed over.
  appendFileSync(jar, '\0');
  sum = createHash('sha256').update(readFileSync(jar)).digest('hex');
});
afterAll(() => ends[Symbol.asyncDispose]());

const command = (args: readonly string[], env: NodeJS.ProcessEnv) =>
  snowstream([...args, '--table', 'people'], { cwd: ends.cwd, env: { ...ends.env, ...env } });

test('a run goes by a jar of its own', async () => {
  const env = { SNOWSTREAM_SDK_JAR: 'my-own-sdk.jar', SNOWSTREAM_SDK_JAR_SHA256: sum.toUpperCase() };
  const logged = { ...env, JAVA_TOOL_OPTIONS: '-Xlog:class+load:file=classes.log' };
  const ended = await command(['run', '--create'], logged);
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  const loaded = readFileSync(join(ends.cwd, 'classes.log'), 'utf8');
  expect(loaded).toMatch(/SnowflakeStreamingIngestClientInternal source: \S*my-own-sdk\.jar/);
  expect(loaded).not.toContain('snowflake-ingest-sdk-4.3.0.jar');
  const { stdout } = await command(['doctor'], env);
  expect(stdout).toMatch(/^✓ jars .*3 jars that match jars\/SHA256SUMS, and the SDK of \S*my-own-sdk\.jar$/m);
});

test('not with another sum, and not when it is gone', async () => {
  const wrong = { SNOWSTREAM_SDK_JAR: jar, SNOWSTREAM_SDK_JAR_SHA256: 'a'.repeat(64) };
  const ended = await command(['run', '--create'], wrong);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(
    new RegExp(
      `my-own-sdk\\.jar is not the file that SNOWSTREAM_SDK_JAR_SHA256 names: its SHA-256 is ${sum};.*\\[JARS_INVALID\\]`,
    ),
  );
  const gone = await command(['run'], { SNOWSTREAM_SDK_JAR: './gone.jar', SNOWSTREAM_SDK_JAR_SHA256: sum });
  expect(gone.code).toBe(2);
  expect(gone.stderr).toMatch(/gone\.jar cannot be read: check SNOWSTREAM_SDK_JAR \[JARS_INVALID\]/);
});
