import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
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
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findOnPath } from '../../../../scripts/setup/path.mjs';
import { root } from '../../../../scripts/setup/places.mjs';

// Both packages as npm would publish them, installed by npm where there is nothing but Node: no Java, no compiler.

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'installed-')));
const npmFolder = dirname(realpathSync(findOnPath('npm') ?? ''));
const bin = join(folder, 'bin');
const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^(HOME|npm_config_|.*_proxy$)/i.test(name)),
  ),
  PATH: bin,
  TMPDIR: folder,
  SNOWFLAKE_DISABLE_PLATFORM_DETECTION: 'true',
};
const [rootTarball, tarball] = ['snowflake-streaming-api-node', 'local-snowflake'].map((name) =>
  join(folder, `${name}-${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}.tgz`),
) as [string, string];

function project(name: string, ...install: string[]): string {
  const cwd = join(folder, name);
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ name, private: true }));
  if (install.length > 0) npm(cwd, 'install', ...install);
  return cwd;
}

function npm(cwd: string, ...args: string[]): void {
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(npmFolder, 'npm-cli.js'), ...args, ...options],
    { cwd, env: environment, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`npm ${args.join(' ')}: ${stdout}${stderr}`);
}

function node(cwd: string, ...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    env: environment,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

let shop: string;

beforeAll(() => {
  mkdirSync(bin);
  for (const name of ['node', 'sh', 'sed', 'dirname', 'uname'])
    symlinkSync(name === 'node' ? process.execPath : (findOnPath(name) ?? ''), join(bin, name));
  const pack = ['pack', '--workspaces', '--include-workspace-root', '--pack-destination', folder];
  execFileSync(process.execPath, [join(npmFolder, 'npm-cli.js'), ...pack], { cwd: root, stdio: 'ignore' });
  shop = project('shop', tarball);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The client is the one of this repository; it needs neither Java nor a compiler, but takes a while to install. */
function withClient(cwd: string): void {
  if (!existsSync(join(cwd, 'node_modules/snowflake-sdk')))
    symlinkSync(
      join(root, 'node_modules/snowflake-sdk'),
      join(cwd, 'node_modules/snowflake-sdk'),
      'junction',
    );
}

const BODY = `
  snowflake.configure({ logLevel: 'OFF' });
  const connect = async (local) => {
    const { url, account, user, password, database, schema } = local;
    const connection = snowflake.createConnection({ accessUrl: url, account, username: user, password, database, schema });
    await connection.connectAsync(() => undefined);
    return (sqlText) => new Promise((resolve, reject) =>
      connection.execute({ sqlText, complete: (error, _, rows) => (error ? reject(error) : resolve(rows)) }));
  };
  const main = async () => {
    const local = await startEmulator();
    const execute = await connect(local);
    console.log(JSON.stringify(await execute('select count(*) as n from table(generator(rowcount => 7))')));
    await local.stop();
    const wrong = await startEmulator({ stage: 'gcs' }).catch((error) => error);
    console.log(wrong instanceof LocalSnowflakeError, wrong.code);
    process.exit(0);
  };
`;
const OUTPUT = '[{"N":7}]\ntrue OPTION_INVALID\n';

describe('who only wants the local Snowflake', () => {
  test('installs neither java nor anything that npm has to build', () => {
    const lock = JSON.parse(readFileSync(join(shop, 'node_modules/.package-lock.json'), 'utf8'));
    const installed = Object.entries<{ hasInstallScript?: boolean }>(lock.packages);
    expect(installed.map(([path]) => path)).toContain('node_modules/local-snowflake');
    expect(
      installed.map(([path]) => path).filter((path) => /java|mysql|snowflake-stream/.test(path)),
    ).toEqual([]);
    expect(installed.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([]);
    expect(readdirSync(bin).filter((name) => /java|mvn|python|cc|make/.test(name))).toEqual([]);
  });

  test('starts it by npx', async () => {
    const npx = join(npmFolder, 'npx-cli.js');
    const child = spawn(process.execPath, [npx, 'local-snowflake', '--stop-with-parent'], {
      cwd: shop,
      env: environment,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const { url, dataDir } = JSON.parse(line);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    child.stdin.end();
    await exit;
    await expect.poll(() => existsSync(dataDir), { timeout: 20_000 }).toBe(false);
  });

  test('prints the options by --help, and what is wrong in one line', () => {
    const command = join(shop, 'node_modules/local-snowflake/bin/local-snowflake.js');
    expect(node(shop, command, '--help')).toEqual({
      status: 0,
      output: expect.stringMatching(/^Usage: local-/),
    });
    const { status, output } = node(shop, command, '--prot', '1');
    expect(status).toBe(1);
    expect(output).toMatch(/^Unknown option '--prot'.*\n$/);
  });

  test('queries it from an ES module', () => {
    withClient(shop);
    const imports = `import snowflake from 'snowflake-sdk';
      import { LocalSnowflakeError, startEmulator } from 'local-snowflake';`;
    writeFileSync(join(shop, 'query.mjs'), `${imports}${BODY}await main();`);
    expect(node(shop, 'query.mjs')).toEqual({ status: 0, output: OUTPUT });
  });

  test('queries it from CommonJS, also where require() takes no ES modules', () => {
    withClient(shop);
    const requires = `const snowflake = require('snowflake-sdk');
      const { LocalSnowflakeError, startEmulator } = require('local-snowflake');`;
    writeFileSync(join(shop, 'query.cjs'), `${requires}${BODY}main();`);
    expect(node(shop, '--no-experimental-require-module', 'query.cjs')).toEqual({
      status: 0,
      output: OUTPUT,
    });
  });

  test('finds its types by import and by require', () => {
    const modules = join(shop, 'node_modules');
    for (const name of ['typescript', '@types'])
      symlinkSync(join(root, 'node_modules', name), join(modules, name), 'junction');
    writeFileSync(
      join(shop, 'types.mts'),
      `import { type EmulatorOptions, LocalSnowflakeError, startEmulator } from 'local-snowflake';
       const options: EmulatorOptions = { port: 8080 };
       const { port }: { port: number } = await startEmulator(options);
       // @ts-expect-error there is no such option
       await startEmulator({ ports: port });
       export const isTaken = (error: LocalSnowflakeError) => error.code === 'ADDRESS_UNAVAILABLE';`,
    );
    writeFileSync(
      join(shop, 'types.cts'),
      `import local = require('local-snowflake');
       export const reset = async (): Promise<void> => (await local.startEmulator()).reset();`,
    );
    const options =
      '--ignoreConfig --noEmit --strict --module node20 --lib es2023,esnext.disposable --types node';
    const files = ['types.mts', 'types.cts'];
    const tsc = 'node_modules/typescript/bin/tsc';
    expect(node(shop, tsc, ...files, ...options.split(' '))).toEqual({ status: 0, output: '' });
  });
});

test('default Jest runs tests with it', (context) => {
  const cwd = project('with-jest', tarball);
  try {
    npm(cwd, 'install', '--ignore-scripts', 'jest@30.5.2');
  } catch (error) {
    return context.skip(`no Jest from the registry: ${error instanceof Error ? error.message : error}`);
  }
  withClient(cwd);
  const page = readFileSync(join(root, 'packages/local-snowflake/README.md'), 'utf8');
  const code = /^```js\n(.*?)^```$/ms.exec(page)?.[1] ?? '';
  expect(code).toContain("require('local-snowflake')");
  writeFileSync(join(cwd, 'orders.test.js'), code);
  const { status, output } = node(cwd, 'node_modules/jest/bin/jest.js', '--watchman=false');
  expect(output).toMatch(/Tests: +2 passed, 2 total/);
  expect(status).toBe(0);
});

describe('the loader', () => {
  /** What npm would install, without fetching it. */
  function resolved(name: string, ...tarballs: string[]): Record<string, { resolved?: string }> {
    const cwd = project(name, '--package-lock-only', '--ignore-scripts', ...tarballs);
    return JSON.parse(readFileSync(join(cwd, 'package-lock.json'), 'utf8')).packages;
  }

  test('is installed with the local Snowflake beside it', () => {
    const packages = resolved('both', rootTarball, tarball);
    expect(packages['node_modules/local-snowflake']?.resolved).toBe('file:../local-snowflake-0.1.0.tgz');
    expect(Object.keys(packages)).toContain('node_modules/@duckdb/node-api');
  });

  test('needs it not', () => {
    const cwd = project('alone', '--package-lock-only', '--ignore-scripts', '--omit=optional', rootTarball);
    const lock = JSON.parse(readFileSync(join(cwd, 'package-lock.json'), 'utf8'));
    const needed = Object.entries<{ optional?: boolean }>(lock.packages)
      .filter(([, { optional }]) => !optional)
      .map(([path]) => path);
    expect(needed).toContain('node_modules/java');
    expect(needed.filter((path) => /duckdb|hono|local-snowflake/.test(path))).toEqual([]);
  });
});
