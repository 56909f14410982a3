import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../../scripts/setup/places.mjs';
import { inspectSettings } from '../../src/config/load.ts';
import { readGivenFile } from '../../src/file/given-file.ts';

const OTHER = 12_345;
/** Where settings are looked for when nobody names a file. */
const FOUND = [
  '.env',
  'snowstream.json',
  'snowflake_env_login_creds.json',
  '.snowflake/config.toml',
  '.snowflake/connections.toml',
];
const isRoot = process.getuid?.() === 0;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snowstream-given-'));
  path = join(folder, 'given');
});
afterEach(() => rmSync(folder, { recursive: true }));

const closed = { isReadableByOthers: false, isWritableByOthers: false };
const textOf = (file: string) => readGivenFile(file).bytes.toString();

describe('a file that is given', () => {
  test.each<[number, object]>([
    [0o600, closed],
    [0o640, { isReadableByOthers: true, isWritableByOthers: false }],
    [0o604, { isReadableByOthers: true, isWritableByOthers: false }],
    [0o602, { isReadableByOthers: false, isWritableByOthers: true }],
    [0o666, { isReadableByOthers: true, isWritableByOthers: true }],
  ])('says what others can do with it: %o', (mode, exposure) => {
    writeFileSync(path, 'text');
    chmodSync(path, mode);
    expect(readGivenFile(path)).toEqual({ bytes: Buffer.from('text'), ...exposure });
  });

  test('is read through links of this user, as a container has its secrets', () => {
    mkdirSync(join(folder, '..2026'));
    writeFileSync(join(folder, '..2026/key'), 'secret', { mode: 0o600 });
    symlinkSync('..2026', join(folder, '..data'));
    symlinkSync('..data/key', path);
    expect(readGivenFile(path)).toEqual({ bytes: Buffer.from('secret'), ...closed });
  });

  test('may be a pipe, as a shell gives it, or have a name', () => {
    const program = `
      const { readGivenFile } = await import(${JSON.stringify(join(root, 'dist/file/given-file.js'))});
      process.stdout.write(readGivenFile(process.argv[1]).bytes);`;
    const shell = (line: string) =>
      spawnSync('bash', ['-c', line, process.execPath, program, path], { encoding: 'utf8' }).stdout;
    const read = '"$0" --input-type=module -e "$1"';
    const long = 'for i in $(seq 20000); do echo $i; done';
    const numbers = Array.from({ length: 20_000 }, (_, index) => `${index + 1}\n`).join('');
    expect(shell(`${read} <(${long})`)).toBe(numbers);
    expect(shell(`${long} | ${read} /dev/stdin`)).toBe(numbers);
    expect(shell(`mkfifo "$2"; (${long}) > "$2" & ${read} "$2"`)).toBe(numbers);
  });

  test('is there, and no folder', () => {
    expect(() => readGivenFile(folder)).toThrow(/EISDIR/);
    expect(() => readGivenFile(join(folder, 'none'))).toThrow(/ENOENT/);
  });
});

// A user who is not root cannot make what belongs to others, and meets it on the machine alone.
describe.runIf(isRoot)('what another user has put where settings are looked for', () => {
  const env = { MYSQL_HOST: 'h', MYSQL_USER: 'u', MYSQL_DATABASE: 'd' };
  const inspected = () => inspectSettings({ env, cwd: folder, home: folder, sqlOnly: true });

  test('a link, to whichever file, is no settings', () => {
    writeFileSync(join(folder, 'own'), 'MYSQL_PASSWORD=x\n', { mode: 0o600 });
    symlinkSync(join(folder, 'own'), join(folder, '.env'));
    expect(textOf(join(folder, '.env'))).toBe('MYSQL_PASSWORD=x\n');
    lchownSync(join(folder, '.env'), OTHER, OTHER);
    expect(inspected().problems).toContain(
      `cannot read .env: it is a symbolic link of user ${OTHER}: name the file itself`,
    );
  });

  test("a file of another user behind a link of one's own is no settings", () => {
    writeFileSync(join(folder, 'theirs'), '{}');
    chownSync(join(folder, 'theirs'), OTHER, OTHER);
    symlinkSync(join(folder, 'theirs'), path);
    expect(() => readGivenFile(path)).toThrow(`is a symbolic link to a file of user ${OTHER}: `);
  });

  test('a pipe that nobody writes to is not waited for', () => {
    execFileSync('mkfifo', [join(folder, 'snowstream.json')]);
    chownSync(join(folder, 'snowstream.json'), OTHER, OTHER);
    expect(inspected().problems).toContain('cannot read snowstream.json: it is not a regular file: name one');
  });

  test('a file that nobody named is no settings; one that was named is warned of', () => {
    const other = OTHER + 1;
    const program = `
      const { inspectSettings } = await import(${JSON.stringify(join(root, 'dist/config/load.js'))});
      const [cwd] = process.argv.slice(1);
      for (const env of [{}, { SNOWSTREAM_CONFIG: 'snowstream.json', SNOWFLAKE_HOME: '/nonexistent' }]) {
        const { problems, warnings } = inspectSettings({ env, cwd, home: cwd, sqlOnly: true });
        console.log(JSON.stringify([...problems, ...warnings].filter((line) => line.includes('belongs'))));
      }`;
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, '.snowflake'));
    for (const name of FOUND) {
      writeFileSync(join(folder, name), name.endsWith('.json') ? '{}' : '', { mode: 0o644 });
      chownSync(join(folder, name), OTHER, OTHER);
    }
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program, folder], {
      encoding: 'utf8',
      uid: other,
      gid: other,
    });
    expect(stderr).toBe('');
    const [found, named] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string[]);
    const problem = (name: string) =>
      `cannot read ${name}: it belongs to user ${OTHER}: use a file of your own`;
    // One of the two files of connections is enough to end it.
    expect(found).toEqual(
      FOUND.filter((name) => name !== '.snowflake/connections.toml').map((name) => problem(name)),
    );
    expect(named).toContain(
      `snowstream.json belongs to user ${OTHER}, who can change it: use a file of your own`,
    );
    expect(named).not.toContain(problem('snowstream.json'));
  });

  test('a file is warned of where root reads it, and ends the program under --strict', () => {
    writeFileSync(join(folder, '.env'), 'MYSQL_PORT=3307\n', { mode: 0o644 });
    chownSync(join(folder, '.env'), OTHER, OTHER);
    const line = `.env belongs to user ${OTHER}, who can change it: use a file of your own`;
    expect(inspected().warnings).toEqual([line]);
    writeFileSync(join(folder, 'snowstream.json'), '{"strict":true}', { mode: 0o600 });
    expect(inspected().problems).toContain(line);
  });
});

test('a file of settings that others can change is warned of', () => {
  for (const name of ['.env', 'snowstream.json', 'pw']) {
    writeFileSync(join(folder, name), name === 'snowstream.json' ? '{}' : '');
    chmodSync(join(folder, name), 0o602);
  }
  writeFileSync(join(folder, 'pw'), 'password');
  const env = { MYSQL_PASSWORD_FILE: 'pw' };
  const { warnings } = inspectSettings({ env, cwd: folder, home: folder, sqlOnly: true });
  const line = (name: string) => `${name} can be changed by other users: chmod go-w ${name}`;
  expect(warnings).toEqual([line('.env'), line('snowstream.json'), line('pw')]);
});
