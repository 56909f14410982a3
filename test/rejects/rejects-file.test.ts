import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordedValue } from '../../src/rejects/record.ts';
import { RejectsFile, readRejects } from '../../src/rejects/rejects-file.ts';
import { record } from './records.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'snowstream-rejects-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const newPath = (ending: string) => join(folder, `${files++}${ending}`);

/** An open file with a record. */
async function filled(path: string): Promise<RejectsFile> {
  const file = await RejectsFile.open(path);
  await file.append([record('1')]);
  return file;
}

const contentOf = (path: string) =>
  path.endsWith('.gz') ? gunzipSync(readFileSync(path)).toString() : readFileSync(path, 'utf8');
const keysIn = (path: string) => readRejects(path)?.records.map(({ key }) => key[0]);

describe.each(['.jsonl', '.jsonl.gz'])('a file of rejected rows, %s', (ending) => {
  test('is a header and a line for each row, for its owner alone', async () => {
    const path = newPath(ending);
    const file = await RejectsFile.open(path);
    await Promise.all([file.append([record('1'), record('2')]), file.append([record('3')])]);
    expect(file.records.map(({ number, key }) => [number, key])).toEqual([
      [1, ['1']],
      [2, ['2']],
      [3, ['3']],
    ]);
    await file.close();
    const [header = '', ...lines] = contentOf(path).trimEnd().split('\n');
    expect(JSON.parse(header)).toEqual({ rejects: 1, id: file.id });
    expect(lines.map((line) => JSON.parse(line))).toEqual([record('1'), record('2'), record('3')]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readRejects(path)).toMatchObject({ id: file.id, records: file.records });
  });

  test('is open in one program at a time, whichever way leads to its folder', async () => {
    const path = newPath(ending);
    const linked = newPath('-folder');
    symlinkSync(folder, linked);
    const other = join(linked, basename(path));
    const file = await RejectsFile.open(path);
    await file.append([record('1')]);
    const held = expect.objectContaining({
      code: 'REJECTS_INVALID',
      message: expect.stringMatching(
        /^rejects file \S+ is in use by another program: wait until process \d+ on \S+, running since \S+Z, has ended, or use another file$/,
      ),
    });
    await expect(RejectsFile.open(path)).rejects.toEqual(held);
    await expect(RejectsFile.open(other)).rejects.toEqual(held);
    expect(keysIn(path)).toEqual(['1']);
    await file.append([record('2')]);
    await file.close();
    await using again = await RejectsFile.open(other);
    expect(again.records.map(({ key }) => key[0])).toEqual(['1', '2']);
    await expect(RejectsFile.open(path)).rejects.toEqual(held);
    await again.replaceBy(new Set([2]));
    await using last = await RejectsFile.open(path);
    expect(last.records.map(({ key }) => key[0])).toEqual(['2']);
  });

  test('is no symbolic link, which is neither read nor written nor replaced', async () => {
    const [path, link] = [newPath(ending), newPath(`-link${ending}`)];
    await (await filled(path)).close();
    symlinkSync(path, link);
    const linked = {
      code: 'REJECTS_INVALID',
      message: `rejects file ${link} is a symbolic link: name the file that it leads to`,
    };
    await expect(RejectsFile.open(link)).rejects.toMatchObject(linked);
    expect(() => readRejects(link)).toThrow(expect.objectContaining(linked));
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(existsSync(`${link}.lock`)).toBe(false);
  });

  test('whose lock is gone or another one is not written to again', async () => {
    for (const spoil of [
      (lock: string) => rmSync(lock),
      (lock: string) =>
        writeFileSync(lock, readFileSync(lock, 'utf8').replace(/"token":"[^"]+"/, '"token":"x"')),
    ]) {
      const path = newPath(ending);
      const file = await filled(path);
      const before = readFileSync(path);
      spoil(`${path}.lock`);
      const lost = {
        code: 'REJECTS_INVALID',
        message: expect.stringMatching(
          /^rejects file \S+ is no longer this program's: its lock \S+\.lock was /,
        ),
      };
      await expect(file.append([record('2')])).rejects.toMatchObject(lost);
      await expect(file.close()).resolves.toBeUndefined();
      expect(readFileSync(path)).toEqual(before);
      rmSync(`${path}.lock`, { force: true });
      const retried = await RejectsFile.open(path);
      rmSync(`${path}.lock`);
      await expect(retried.replaceBy(new Set())).rejects.toMatchObject(lost);
      expect(readFileSync(path)).toEqual(before);
    }
  });

  test('numbers the lines of many who write at once as they stand in the file', async () => {
    const path = newPath(ending);
    const file = await RejectsFile.open(path);
    const keys = Array.from({ length: 60 }, (_, index) => String(index));
    // Of very different lengths, so that one that is begun later would be done before.
    const write = (key: string, index: number) =>
      file.append(Array.from({ length: index % 3 === 0 ? 300 : 1 }, () => record(key)));
    await Promise.all([...keys.map(write), file.void([1])]);
    await file.close();
    expect(readRejects(path)?.records).toEqual(file.records);
    expect(file.lastNumber).toBe(20 * 300 + 40 + 1);
  });

  test('is added to, under the same id and with numbers that go on', async () => {
    const path = newPath(ending);
    const first = await RejectsFile.open(path);
    await first.append([record('1')]);
    await first.close();
    const second = await RejectsFile.open(path);
    expect(second.id).toBe(first.id);
    await second.append([record('2')]);
    expect(second.records.map(({ number }) => number)).toEqual([1, 2]);
    await second.close();
  });

  test('cut short at any byte gives the whole calls before, and is written on from there', async () => {
    const path = newPath(ending);
    const file = await RejectsFile.open(path);
    const ends: number[] = [statSync(path).size];
    for (const key of ['1', '2', '3']) {
      await file.append([record(key)]);
      ends.push(statSync(path).size);
    }
    await file.close();
    const bytes = readFileSync(path);
    for (let size = 0; size <= bytes.length; size += 1) {
      writeFileSync(path, bytes);
      truncateSync(path, size);
      const whole = ends.filter((end) => end <= size).length - 1;
      const before = ['1', '2', '3'].slice(0, Math.max(whole, 0));
      expect(keysIn(path) ?? [], `${size} bytes`).toEqual(before);
      const again = await RejectsFile.open(path);
      await again.append([record('new')]);
      await again.close();
      expect(keysIn(path), `${size} bytes, then added to`).toEqual([...before, 'new']);
      expect(again.id === file.id).toBe(whole >= 0);
      if (ending.endsWith('.gz')) execFileSync('gunzip', ['-t', path]);
    }
  });

  test('is replaced by what is left, under another id, or removed', async () => {
    const path = newPath(ending);
    const file = await RejectsFile.open(path);
    await file.append([record('1'), record('2'), record('3')]);
    const { id } = file;
    await file.replaceBy(new Set([3, 1]));
    const left = readRejects(path);
    expect(left?.records.map(({ number, key }) => [number, key[0]])).toEqual([
      [1, '1'],
      [2, '3'],
    ]);
    expect(left?.id).not.toBe(id);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = await RejectsFile.open(path);
    await again.replaceBy(new Set());
    expect(readRejects(path)).toBeUndefined();
  });

  test('without a record does not stay', async () => {
    const path = newPath(ending);
    await (await RejectsFile.open(path)).close();
    expect(readRejects(path)).toBeUndefined();
  });

  test('knows which records are void, once it is read again too', async () => {
    const path = newPath(ending);
    const file = await RejectsFile.open(path);
    await file.append([record('1'), record('2'), record('3')]);
    await file.void([1, 3]);
    await file.append([record('1')]);
    await file.close();
    expect(file.records.map(({ number }) => number)).toEqual([2, 5]);
    expect(readRejects(path)?.records).toEqual(file.records);
  });

  test('of another kind is left alone', async () => {
    for (const content of ['{"id": 1}\n', 'no json', '{"rejects":2,"id":"x"}\n', '\0'.repeat(20)]) {
      const path = newPath(ending);
      writeFileSync(path, content);
      await expect(RejectsFile.open(path)).rejects.toMatchObject({ code: 'REJECTS_INVALID' });
      expect(() => readRejects(path)).toThrow(expect.objectContaining({ code: 'REJECTS_INVALID' }));
      expect(readFileSync(path, 'utf8')).toBe(content);
    }
  });

  test('that cannot be written is reported by its name', async () => {
    const path = join(folder, 'no-such-folder', `x${ending}`);
    await expect(RejectsFile.open(path)).rejects.toMatchObject({
      code: 'REJECTS_INVALID',
      message: expect.stringMatching(/no-such-folder.* cannot be written: /),
    });
  });
});

test('a line that is no record is reported by its place', () => {
  const path = newPath('.jsonl');
  writeFileSync(path, `{"rejects":1,"id":"x"}\n${JSON.stringify(record('1'))}\n{"key":["2"]}\n`);
  expect(() => readRejects(path)).toThrow(/has an invalid line 3/);
});

test('members that gzip wrote itself are read', async () => {
  const path = newPath('.jsonl');
  const file = await RejectsFile.open(path);
  await file.append([record('1'), record('2')]);
  await file.close();
  execFileSync('gzip', ['--name', path]);
  expect(keysIn(`${path}.gz`)).toEqual(['1', '2']);
});

describe('a value in a record', () => {
  test.each([
    [null, { text: null }],
    ['', { text: '' }],
    [7, { text: '7' }],
    ['x'.repeat(1024), { text: 'x'.repeat(1024) }],
    ['x'.repeat(1025), { text: 'x'.repeat(1024), cut: true }],
    [`x${'ë'.repeat(600)}`, { text: `x${'ë'.repeat(511)}`, cut: true }],
    ['🙂'.repeat(300), { text: '🙂'.repeat(256), cut: true }],
    [`xyz${'🙂'.repeat(300)}`, { text: `xyz${'🙂'.repeat(255)}`, cut: true }],
    [Buffer.from([0, 255]), { hex: '00ff' }],
    [Buffer.alloc(512, 1), { hex: '01'.repeat(512) }],
    [Buffer.alloc(513, 1), { hex: '01'.repeat(512), cut: true }],
  ])('%#', (cell, recorded) => {
    expect(recordedValue(cell)).toEqual(recorded);
  });
});
