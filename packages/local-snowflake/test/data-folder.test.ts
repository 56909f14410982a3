import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stateOf, TRAPS } from '../../../test/file/unsafe.ts';
import { adminToken } from '../src/admin/token.ts';
import { loadCredentials } from '../src/credentials.ts';
import { kept } from '../src/data-folder.ts';
import { startEmulator } from '../src/index.ts';

const OTHER = 12_345;
const isRoot = process.getuid?.() === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'data-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe.each(['password', 'oauth_client.json', 'rsa_key.p8', 'admin_token'])('the secret in %s', (name) => {
  const load = () => (name === 'admin_token' ? adminToken(folder) : loadCredentials(folder, {}));

  test('is made once, for its owner alone, and again where a start was killed before it was written', () => {
    const first = load();
    expect(load()).toEqual(first);
    const path = join(folder, name);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o644);
    writeFileSync(path, '');
    const second = load();
    expect(second).not.toEqual(first);
    expect(load()).toEqual(second);
    expect(readFileSync(path, 'utf8')).not.toBe('');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test.each(TRAPS)('$what under its name is an error and stays as it is', ({ lay }) => {
    const [path, victim] = [join(folder, name), join(folder, 'victim')];
    lay(path, victim);
    const before = [stateOf(path), stateOf(victim)];
    expect(load).toThrow(
      new RegExp(`${name} (?:is a symbolic link|is not a regular file of its own|belongs to user)`),
    );
    expect([stateOf(path), stateOf(victim)]).toEqual(before);
  });
});

test('a kept text is what it was made of', () => {
  const path = join(folder, 'kept');
  expect(kept(path, () => 'as made')).toBe('as made');
  expect(kept(path, () => 'made again')).toBe('as made');
});

describe('a data folder', () => {
  test('that others can write to is an error, as they could put links into it', async () => {
    for (const mode of [0o777, 0o1777, 0o702]) {
      chmodSync(folder, mode);
      await expect(startEmulator({ dataDir: folder })).rejects.toThrow(
        `other users can write to the data folder ${folder}: chmod go-w ${folder}, or name a new one below it with --data`,
      );
    }
    await using local = await startEmulator({ dataDir: join(folder, 'below') }).then((started) => ({
      ...started,
      [Symbol.asyncDispose]: () => started.stop(),
    }));
    expect(statSync(local.dataDir).mode & 0o777).toBe(0o700);
  });

  test('of another user is an error', async () => {
    // The folders that are not ours are root's, who may do everything.
    const theirs = isRoot ? join(folder, 'theirs') : '/root';
    if (isRoot) {
      mkdirSync(theirs);
      chownSync(theirs, OTHER, OTHER);
    }
    await expect(startEmulator({ dataDir: theirs })).rejects.toThrow(
      isRoot ? `the data folder ${theirs} belongs to user ${OTHER}: ` : /EACCES/,
    );
  });
});
