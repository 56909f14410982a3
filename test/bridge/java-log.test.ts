import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { classPath } from '../../src/bridge/jars.ts';
import type { JavaObject } from '../../src/bridge/java-classes.ts';
import { checkJavaLog, prepareJavaLog } from '../../src/bridge/java-log.ts';
import { ensureJvm, stopJvm } from '../../src/bridge/jvm.ts';
import { JAVA_LOG_NAME } from '../../src/config/java-log-name.ts';
import { stateOf, TRAPS } from '../file/unsafe.ts';

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

test('one that others could read is theirs no more, and one that cannot be made is stderr', () => {
  const open = join(folder, 'open.log');
  writeFileSync(open, '', { mode: 0o644 });
  prepareJavaLog(open);
  expect(statSync(open).mode & 0o777).toBe(0o600);
  prepareJavaLog('/dev/null');
  expect(statSync('/dev/null').mode & 0o777).toBe(0o666);
  const warned: string[] = [];
  const warn = vi
    .spyOn(process, 'emitWarning')
    .mockImplementation((warning) => void warned.push(String(warning)));
  const path = join(open, 'under-a-file.log');
  expect(prepareJavaLog(path)).toBe('System.err');
  expect(warned).toEqual([
    expect.stringMatching(/^Java's log \S+under-a-file\.log cannot be written: .*; it goes to stderr$/),
  ]);
  warn.mockRestore();
  expect(() => checkJavaLog(path)).toThrow();
  for (const stream of ['/dev/stderr', '/dev/stdout']) {
    expect(prepareJavaLog(stream)).toMatch(/^System\.(?:err|out)$/);
    checkJavaLog(stream);
  }
});

test('old logs are removed from a folder alone that nobody else can change', () => {
  for (let second = 1; second <= 20; second++) writeFileSync(join(folder, old(second)), '');
  chmodSync(folder, 0o777);
  prepareJavaLog(join(folder, JAVA_LOG_NAME));
  expect(readdirSync(folder)).toHaveLength(21);
});

test.each(TRAPS)('$what under its name is an error and stays as it is', ({ fault, lay }) => {
  const path = join(folder, 'java.log');
  const victim = join(folder, 'victim');
  lay(path, victim);
  const before = [stateOf(path), stateOf(victim)];
  const unsafe = expect.objectContaining({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(new RegExp(`^Java's log ${path}${fault.source}`)),
  });
  expect(() => prepareJavaLog(path)).toThrow(unsafe);
  expect(() => checkJavaLog(path)).toThrow(unsafe);
  expect([stateOf(path), stateOf(victim)]).toEqual(before);
});

// Elsewhere an open file has no name by which Java could open it.
test.runIf(process.platform === 'linux')(
  'a link that takes its place before Java opens it leads Java nowhere',
  async () => {
    const [path, victim] = [join(folder, 'java.log'), join(folder, 'victim')];
    writeFileSync(victim, 'of somebody else');
    const settings = { classPath: classPath(), logFile: path };
    symlinkSync(victim, path);
    await expect(ensureJvm(settings)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    rmSync(path);
    const jvm = await ensureJvm(settings);
    renameSync(path, join(folder, 'moved.log'));
    symlinkSync(victim, path);
    const logger = jvm.callStatic<JavaObject & { warnSync(line: string): void }>(
      'org.slf4j.LoggerFactory',
      'getLogger',
      'test',
    );
    logger.warnSync('a line');
    stopJvm();
    expect(readFileSync(victim, 'utf8')).toBe('of somebody else');
    expect(readFileSync(join(folder, 'moved.log'), 'utf8')).toContain('a line');
  },
);
