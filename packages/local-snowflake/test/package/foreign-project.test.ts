import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../../../scripts/setup/places.mjs';
import { processesOf } from '../../../../test/e2e/local.ts';

// A project of somebody else, with these packages as npm would publish them, and the test of the documentation.

const PACKAGE = 'snowflake-streaming-api-node';
const PACKAGES = [PACKAGE, 'local-snowflake'];
const project = realpathSync(mkdtempSync(join(tmpdir(), 'foreign-project-')));

beforeAll(() => {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const options = { cwd: root, stdio: 'ignore' } as const;
  execFileSync(
    npm,
    ['pack', '--workspaces', '--include-workspace-root', '--pack-destination', project],
    options,
  );
  const modules = join(project, 'node_modules');
  for (const name of PACKAGES) {
    mkdirSync(join(modules, name), { recursive: true });
    const tarball = readdirSync(project).find((file) => file.startsWith(`${name}-`)) ?? '';
    execFileSync('tar', ['xzf', tarball, '--strip-components=1', '-C', join(modules, name)], {
      cwd: project,
    });
  }
  // The other packages are those that are installed here.
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!PACKAGES.includes(name))
      symlinkSync(join(root, 'node_modules', name), join(modules, name), 'junction');
  }
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'shop', private: true, type: 'module' }),
  );
  const page = readFileSync(join(root, 'packages/local-snowflake/README.md'), 'utf8');
  const code = /^```ts\n(.*?)^```$/ms.exec(page)?.[1] ?? '';
  writeFileSync(
    join(project, 'customers.test.ts'),
    code.replace("'local-snowflake'", `'${PACKAGE}/emulator'`),
  );
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

function run(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: project,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      HOME: project,
      TMPDIR: project,
      SNOWFLAKE_DISABLE_PLATFORM_DETECTION: 'true',
    },
  });
  return { status, output: stdout + stderr };
}

const VITEST = 'node_modules/vitest/vitest.mjs';

test('the test of the documentation passes there', () => {
  const { status, output } = run(VITEST, 'run', '--reporter=verbose');
  expect(output).toMatch(/✓.*customers are counted by country/);
  expect(status).toBe(0);
});

test('it fails there when it should', () => {
  const right = readFileSync(join(project, 'customers.test.ts'), 'utf8');
  writeFileSync(join(project, 'wrong.test.ts'), right.replace('N: 2', 'N: 3'));
  const { status, output } = run(VITEST, 'run', 'wrong.test.ts');
  expect(output).toContain('N: 3');
  expect(status).toBe(1);
  rmSync(join(project, 'wrong.test.ts'));
});

test('its types are found by name', () => {
  const program = `import { startEmulator } from '${PACKAGE}/emulator';
    const { port }: { port: number } = await startEmulator({ port: 8080 });
    // @ts-expect-error there is no such option
    await startEmulator({ ports: port });`;
  writeFileSync(join(project, 'types.ts'), program);
  const options =
    '--ignoreConfig --noEmit --strict --skipLibCheck --module nodenext --target es2023 --types node';
  const { status, output } = run('node_modules/typescript/bin/tsc', 'types.ts', ...options.split(' '));
  expect({ status, output }).toEqual({ status: 0, output: '' });
});

test('it leaves no process behind, not even of a test that ended without stopping it', () => {
  const program = `import { startEmulator } from '${PACKAGE}/emulator';
    const { pid } = await startEmulator({ dataDir: 'left' });
    console.log(pid);
    process.exit(0);`;
  writeFileSync(join(project, 'left.mjs'), program);
  const { status, output } = run('left.mjs');
  expect(output.trim()).toMatch(/^\d+$/);
  expect(status).toBe(0);
  return expect.poll(() => processesOf(project), { timeout: 20_000 }).toEqual([]);
});
