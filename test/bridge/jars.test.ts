import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../../scripts/setup/places.mjs';
import { classPath, verifiedJars } from '../../src/bridge/jars.ts';

/** A copy of the program as it is installed, whose jars may be broken. */
let copy: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'jars-'));
  for (const part of ['dist', 'jars', 'package.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
});

afterEach(() => rmSync(copy, { recursive: true, force: true }));

/** What the copy says of its jars. */
function verify(name: 'verifiedJars' | 'classPath' = 'verifiedJars'): {
  jars?: string[];
  code?: string;
  message?: string;
} {
  const module = pathToFileURL(join(copy, 'dist/bridge/jars.js')).href;
  const program = `
    const { ${name} } = await import(${JSON.stringify(module)});
    try { console.log(JSON.stringify({ jars: ${name}() })); }
    catch ({ code, message }) { console.log(JSON.stringify({ code, message })); }`;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }),
  );
}

const SDK = 'snowflake-ingest-sdk-4.3.0.jar';
const lib = (name: string) => join(copy, 'jars/lib', name);

test('the pinned jars, the official SDK among them', () => {
  const jars = verifiedJars();
  expect(jars.map((jar) => basename(jar))).toContain(SDK);
  expect(jars.every((jar) => existsSync(jar))).toBe(true);
  expect(classPath().slice(0, jars.length)).toEqual(jars);
  expect(verify().jars).toHaveLength(jars.length);
});

describe('what is not as it was pinned keeps the JVM from starting', () => {
  test('a jar with one byte more', () => {
    appendFileSync(lib('slf4j-api-2.0.17.jar'), '\0');
    expect(verify()).toEqual({
      code: 'JARS_INVALID',
      message:
        'jars/lib/slf4j-api-2.0.17.jar is not the file that jars/SHA256SUMS names: run "npm run setup"',
    });
  });

  test('a jar that is missing', () => {
    rmSync(lib(SDK));
    expect(verify()).toMatchObject({
      code: 'JARS_INVALID',
      message: `jars/lib/${SDK} is missing: run "npm run setup"`,
    });
  });

  test('no jars at all', () => {
    rmSync(join(copy, 'jars/lib'), { recursive: true });
    expect(verify()).toMatchObject({ code: 'JARS_INVALID', message: expect.stringMatching(/is missing/) });
  });

  test('a jar that nobody pinned', () => {
    writeFileSync(lib('extra-1.0.jar'), 'PK');
    expect(verify()).toMatchObject({
      code: 'JARS_INVALID',
      message: 'jars/lib/extra-1.0.jar is not in jars/SHA256SUMS: remove it',
    });
  });

  test('two jars exchanged for each other', () => {
    cpSync(lib('slf4j-simple-2.0.17.jar'), lib('slf4j-api-2.0.17.jar'));
    expect(verify()).toMatchObject({ code: 'JARS_INVALID', message: expect.stringContaining('slf4j-api') });
  });

  test('an empty list of sums, or none', () => {
    writeFileSync(join(copy, 'jars/SHA256SUMS'), '');
    expect(verify()).toMatchObject({ code: 'JARS_INVALID' });
    rmSync(join(copy, 'jars/SHA256SUMS'));
    expect(verify()).toMatchObject({ code: 'JARS_INVALID', message: expect.stringContaining('SHA256SUMS') });
  });

  test('the Java half of the bridge not compiled', () => {
    rmSync(join(copy, 'jars/classes'), { recursive: true });
    expect(verify('classPath')).toMatchObject({
      code: 'JARS_INVALID',
      message: 'jars/classes is missing: run "npm run setup"',
    });
  });
});
