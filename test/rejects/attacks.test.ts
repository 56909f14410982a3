import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../../scripts/setup/places.mjs';
import { RejectsFile, readRejects } from '../../src/rejects/rejects-file.ts';
import { stateOf, TRAPS } from '../file/unsafe.ts';
import { record } from './records.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snowstream-attacks-'));
  path = join(folder, 'rejects.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const invalid = (message: RegExp) =>
  expect.objectContaining({ code: 'REJECTS_INVALID', message: expect.stringMatching(message) });

/** Other names in the folder must not come to anything either. */
const states = () =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, stateOf(join(folder, name))]));

describe.each(TRAPS)('$what', ({ fault, lay }) => {
  test('is not read as a rejects file', () => {
    lay(path, join(folder, 'victim'));
    expect(() => readRejects(path)).toThrow(invalid(fault));
  });

  test('under the name of a rejects file is an error and stays as it is', async () => {
    lay(path, join(folder, 'victim'));
    const before = states();
    await expect(RejectsFile.open(path)).rejects.toEqual(
      invalid(new RegExp(`^rejects file \\S+${fault.source}`)),
    );
    expect(states()).toEqual(before);
  });

  test('under the name of the file that takes its place, too', async () => {
    const file = await RejectsFile.open(path);
    await file.append([record('1'), record('2')]);
    lay(`${path}.new`, join(folder, 'victim'));
    const { 'rejects.jsonl.lock': _lock, ...before } = states();
    await expect(file.replaceBy(new Set([1]))).rejects.toEqual(invalid(fault));
    expect(states()).toEqual(before);
    expect(readRejects(path)?.records).toHaveLength(2);
  });

  test('under the name of its lock, too', async () => {
    lay(`${path}.lock`, join(folder, 'victim'));
    const before = states();
    await expect(RejectsFile.open(path)).rejects.toEqual(
      invalid(
        /^rejects file \S+ cannot be locked: \S+\.lock (?:is|has|belongs) .*: have it removed, or name a rejects file in /,
      ),
    );
    expect(states()).toEqual(before);
  });
});

test('a link that takes the place of an open file is neither written to nor removed with what it leads to', async () => {
  const victim = join(folder, 'victim');
  const file = await RejectsFile.open(path);
  rmSync(path);
  TRAPS[0]?.lay(path, victim);
  const before = states();
  await file.append([record('1')]);
  await file.void([1]);
  expect(states()).toEqual(before);
  await file.close();
  expect(states()).toEqual({ victim: before.victim, 'rejects.jsonl': before['rejects.jsonl'] });
});

test('a file of another kind in the place of the lock or of the next file is left alone', async () => {
  for (const name of ['rejects.jsonl.lock', 'rejects.jsonl.new']) {
    writeFileSync(join(folder, name), 'of another program\n');
    const before = stateOf(join(folder, name));
    const message = new RegExp(`^rejects file \\S+ cannot be (?:locked|written): \\S+${name} is `);
    const opened = RejectsFile.open(path);
    if (name.endsWith('.lock')) await expect(opened).rejects.toEqual(invalid(message));
    else {
      await (await opened).append([record('1')]);
      await expect((await opened).replaceBy(new Set([1]))).rejects.toEqual(invalid(message));
      expect(readRejects(path)?.records).toHaveLength(1);
    }
    expect(stateOf(join(folder, name))).toEqual(before);
    rmSync(join(folder, name));
  }
});

test('in a folder that takes no lock, a file that could be written is not', async () => {
  const closed = join(folder, 'closed');
  mkdirSync(closed);
  path = join(closed, 'rejects.jsonl');
  writeFileSync(path, '{"rejects":1,"id":"x"}\n', { mode: 0o666 });
  chmodSync(path, 0o666);
  chmodSync(closed, 0o555);
  chmodSync(folder, 0o755);
  // Root may write everywhere.
  const isRoot = process.getuid?.() === 0;
  const program = `
    const { RejectsFile } = await import(${JSON.stringify(join(root, 'dist/rejects/rejects-file.js'))});
    await RejectsFile.open(${JSON.stringify(path)}).catch(({ message }) => console.log(message));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(isRoot && { uid: 12_345, gid: 12_345 }),
  });
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  await once(child, 'close');
  expect(said).toBe(
    `rejects file ${path} cannot be locked: ${path}.lock cannot be created (EACCES): name a rejects file in a folder that you can write to\n`,
  );
  expect(existsSync(`${path}.lock`)).toBe(false);
  chmodSync(closed, 0o755);
});
