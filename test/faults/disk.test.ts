import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Field } from './field.ts';
import { isFull } from './size.ts';
import { numbered } from './workload.ts';

const isRoot = process.getuid?.() === 0;
/** At full size the time-outs are those of the program. */
const TIMEOUTS = isFull ? [] : ['--java-timeout', '6000', '--close-timeout', '6000'];

/** A folder that can be full. Without root it can only be closed to writers, which is another error. */
class SmallDisk implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'snowstream-disk-'));
  readonly #filler = join(this.folder, 'filler');

  constructor(megabytes: number) {
    if (isRoot) execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', this.folder]);
  }

  fill(): void {
    if (isRoot) {
      const { bavail, bsize } = statfsSync(this.folder);
      try {
        if (bavail > 2) appendFileSync(this.#filler, Buffer.alloc((bavail - 2) * bsize));
      } catch (error) {
        // Somebody else was faster.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      }
    } else chmodSync(this.folder, 0o500);
  }

  empty(): void {
    if (isRoot) rmSync(this.#filler, { force: true });
    else chmodSync(this.folder, 0o700);
  }

  [Symbol.dispose](): void {
    if (isRoot) execFileSync('umount', [this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

test('row 11: the disk of the stage is full', { timeout: 200_000 }, async () => {
  using disk = new SmallDisk(8);
  await using field = await Field.open({ stageDir: disk.folder });
  const load = await numbered(field.mysql, 'people', 20_000);
  field.beforeMysql.pace = 500_000;
  const program = field.start(load, ...TIMEOUTS);
  expect(await field.commits.more(1)).toBe(true);
  disk.fill();
  // Snowflake deletes what it has loaded, and there would be room again.
  const filling = setInterval(() => disk.fill(), 20);
  const { code, stderr, seconds } = await program.ended;
  clearInterval(filling);
  expect(code, stderr).toBe(1);
  expect(stderr).toMatch(/snowstream: .*\[(?:JAVA_EXCEPTION|JVM_TIMEOUT|CHANNEL_INVALID)\]\n$/);
  if (isRoot) expect(stderr.trim().split('\n').at(-1)).toContain(`no space left on device: ${disk.folder}`);
  disk.empty();
  field.beforeMysql.pace = Number.POSITIVE_INFINITY;
  const again = performance.now();
  await field.complete(load);
  await field.expectExactlyOnce(load, {
    row: 11,
    fault: isRoot ? 'the disk of the stage is full' : 'the stage cannot be written',
    injected: 1,
    secondsToRecover: field.commits.after(again),
    note: `ended after ${seconds.toFixed(1)} s`,
  });
});

test.runIf(isRoot)('the disk of the data is full', { timeout: 200_000 }, async () => {
  using disk = new SmallDisk(64);
  await using field = await Field.open({
    dataDir: join(disk.folder, 'data'),
    stageDir: mkdtempSync(join(tmpdir(), 'snowstream-stage-')),
  });
  const load = await numbered(field.mysql, 'people', 20_000);
  field.beforeMysql.pace = 500_000;
  const program = field.start(load, ...TIMEOUTS);
  expect(await field.commits.more(1)).toBe(true);
  disk.fill();
  const filling = setInterval(() => disk.fill(), 20);
  const { code, stderr } = await program.ended;
  clearInterval(filling);
  expect(code, stderr).toBe(1);
  expect(stderr.trim().split('\n').at(-1)).toContain(`no space left on device: ${disk.folder}`);
  disk.empty();
  field.beforeMysql.pace = Number.POSITIVE_INFINITY;
  await field.complete(load);
  const { lost, twice, different } = await field.compare(load);
  expect({ lost, twice, different }).toEqual({ lost: [], twice: [], different: [] });
});
