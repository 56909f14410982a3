import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prepareJavaLog } from '../../src/bridge/java-log.ts';
import { JAVA_LOG_NAME } from '../../src/config/java-log-name.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'java-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A number that no process has. */
const GONE = 2 ** 22 + 1;
const old = (second: number, pid = GONE) =>
  `java-2020-01-01T0000${String(second).padStart(2, '0')}Z-${pid}.log`;

test('the ten newest logs are kept, those of programs that run, and what is no log of ours', () => {
  const others = ['java.log', 'java-2020-01-01T000000Z-1.log.gz', 'notes.txt'];
  for (const name of others) writeFileSync(join(folder, name), '');
  // The oldest of all, of a program that still writes it.
  writeFileSync(join(folder, old(0, process.pid)), '');
  for (let second = 1; second <= 20; second++) writeFileSync(join(folder, old(second)), '');
  prepareJavaLog(join(folder, JAVA_LOG_NAME));
  const kept = [
    old(0, process.pid),
    ...Array.from({ length: 9 }, (_, index) => old(12 + index)),
    JAVA_LOG_NAME,
  ];
  expect(readdirSync(folder).sort()).toEqual([...others, ...kept].sort());
  expect(statSync(join(folder, JAVA_LOG_NAME)).mode & 0o777).toBe(0o600);
});

test('a log under a name that was asked for takes no other with it, and gets its folder', () => {
  for (let second = 1; second <= 20; second++) writeFileSync(join(folder, old(second)), '');
  prepareJavaLog(join(folder, 'java.log'));
  expect(readdirSync(folder)).toHaveLength(21);
  prepareJavaLog(join(folder, 'a/b/java.log'));
  expect(statSync(join(folder, 'a/b/java.log')).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'a/b')).mode & 0o777).toBe(0o700);
});

test('one that others could read is theirs no more, and one that cannot be made is no error', () => {
  const open = join(folder, 'open.log');
  writeFileSync(open, '', { mode: 0o644 });
  prepareJavaLog(open);
  expect(statSync(open).mode & 0o777).toBe(0o600);
  prepareJavaLog('/dev/null');
  expect(statSync('/dev/null').mode & 0o777).toBe(0o666);
  prepareJavaLog(join(open, 'under-a-file.log'));
});
