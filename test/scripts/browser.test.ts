import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../scripts/setup/places.mjs';
import { installAdvice } from '../../scripts/setup/tools.mjs';

/** What set-up says where nothing is installed. */
function onEmptyMachine(program: string, env: NodeJS.ProcessEnv = {}): string {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: join(root, 'no-such-folder'), ...env },
  });
  return stdout + stderr;
}

describe.runIf(process.platform === 'linux')('the browser of the tests, where there is none', () => {
  test('is named with the command that installs it, and the way to do without', () => {
    const said = onEmptyMachine(`import { requireTools } from './scripts/setup/tools.mjs';
      await requireTools(['browser'], () => {}).catch((error) => console.log(error.message));`);
    expect(said).toMatch(
      /^missing: Chromium for the tests in a browser \(SKIP_BROWSER=1 does without them\)\ninstall /,
    );
  });

  test('is asked for unless SKIP_BROWSER=1 says otherwise', () => {
    const program = `import { browserPending } from './scripts/setup/browser.mjs'; console.log(browserPending());`;
    expect(onEmptyMachine(program)).toBe('true\n');
    expect(onEmptyMachine(program, { SKIP_BROWSER: '1' })).toBe('false\n');
    expect(onEmptyMachine(program, { SKIP_BROWSER: '0' })).toBe('true\n');
  });
});

test('the command for Debian', () => {
  expect(installAdvice(['browser'], 'debian')).toMatch(
    /apt-get install -y --no-install-recommends chromium$/,
  );
});
