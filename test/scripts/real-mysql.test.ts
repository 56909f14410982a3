import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../scripts/setup/places.mjs';

/** A copy of the script in a checkout where nothing is installed yet. */
let checkout: string;

beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'snowstream-real-mysql-'));
  mkdirSync(join(checkout, 'scripts'));
  mkdirSync(join(checkout, 'bin'));
  cpSync(join(root, 'scripts/real-mysql.sh'), join(checkout, 'scripts/real-mysql.sh'));
  // Without it the machine's packages would be asked first.
  writeFileSync(join(checkout, 'bin/debootstrap'), '#!/bin/sh\ntouch "$0.was-run"\nexit 1\n');
  chmodSync(join(checkout, 'bin/debootstrap'), 0o755);
});

afterAll(() => {
  rmSync(checkout, { recursive: true, force: true });
});

function script(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(join(checkout, 'scripts/real-mysql.sh'), args, {
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${join(checkout, 'bin')}${delimiter}${process.env.PATH}`,
      DEBIAN_MIRROR: 'http://127.0.0.1:9/debian',
    },
  });
  return { status, stdout, stderr };
}

test('where real MySQL cannot be had, start says why in one line and ends with 69', () => {
  expect(script('start')).toEqual({
    status: 69,
    stdout: '',
    stderr: expect.stringMatching(
      /^real MySQL cannot be set up here: (no Debian sid at http:\/\/127\.0\.0\.1:9\/debian|it takes root|this is no Debian|wget is not installed)\n$/,
    ),
  });
  expect(existsSync(join(checkout, 'bin/debootstrap.was-run'))).toBe(false);
});

test('without a server status says so in one line and ends with 1, and stop has nothing to do', () => {
  const stderr = 'real-mysql.sh: no server of this checkout runs: scripts/real-mysql.sh start\n';
  expect(script('status')).toEqual({ status: 1, stdout: '', stderr });
  expect(script('stop')).toEqual({ status: 0, stdout: '', stderr: '' });
  // Nothing but the lock of a start that came that far.
  const made = join(checkout, '.local/real-mysql');
  expect(existsSync(made) ? readdirSync(made) : []).toEqual(existsSync(made) ? ['lock'] : []);
});

test('anything else gets the usage', () => {
  expect(script()).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^usage: .*start\|stop\|status\n$/),
  });
  expect(script('restart')).toMatchObject({ status: 2 });
});
