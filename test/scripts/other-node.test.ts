import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/setup/places.mjs';

const script = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(join(root, 'scripts/other-node.mjs'), args, {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

test.each([[[]], [['latest']], [['24; true']], [['24', '26']]])(
  'without one version it says how it is used, and ends with 2: %j',
  (args) => {
    expect(script(...args)).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'scripts/other-node.mjs: usage: scripts/other-node.mjs VERSION [--rows N], with a version such as 24 or 24.22.3\n',
    });
  },
);

test('a flag that it does not have ends with 2 too', () => {
  expect(script('24', '--row', '5')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(/Unknown option '--row'.*\nusage: /s),
  });
});
