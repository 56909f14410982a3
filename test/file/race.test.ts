import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { kept } from '../../packages/local-snowflake/src/data-folder.ts';
import { prepareJavaLog } from '../../src/bridge/java-log.ts';
import { FileLock } from '../../src/file/lock.ts';
import { RejectsFile } from '../../src/rejects/rejects-file.ts';
import { record } from '../rejects/records.ts';
import { Race } from './race.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snowstream-race-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Each that opens a file to write to it: what it is called, and how it is opened, written and closed. */
const WRITERS: readonly [string, string, (path: string) => unknown][] = [
  ['a rejects file', 'rejects.jsonl', async (path) => (await RejectsFile.open(path)).close()],
  ['the file that takes its place', 'rejects.jsonl.new', (path) => replaced(path.replace(/\.new$/, ''))],
  ['a lock', 'a.lock', async (path) => (await FileLock.acquire(path)).release()],
  ["Java's log", 'java.log', prepareJavaLog],
  ['a secret of the local Snowflake', 'password', (path) => kept(path, () => 'made')],
];

async function replaced(path: string): Promise<void> {
  await using file = await RejectsFile.open(path);
  await file.append([record('1'), record('2')]);
  await file.replaceBy(new Set([1]));
}

test.each(WRITERS)(
  'a link that comes and goes while %s is opened leads to no other file',
  async (_what, name, write) => {
    const path = join(folder, name);
    await using race = await Race.begin(path, join(folder, 'victim'));
    let done = 0;
    for (let round = 0; round < 200 || (done === 0 && round < 20_000); round++) {
      try {
        await write(path);
        done++;
      } catch (error) {
        // It found the link, or its own file was taken away.
        expect((error as Error).message).toMatch(
          / is a symbolic link|ELOOP|ENOENT|removed or (?:taken over|replaced)/,
        );
      }
      expect(race.harm, `round ${round}`).toEqual([]);
    }
    // The link was away at times.
    expect(done).toBeGreaterThan(0);
  },
);
