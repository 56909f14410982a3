import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/setup/places.mjs';
import { SETTINGS } from '../../src/config/schema.ts';
import { BAD_SETTINGS, dotenv } from '../config/bad-settings.ts';
import { workspace } from '../config/workspace.ts';
import { record } from './figures.ts';
import { isFull } from './size.ts';

/** Each JVM that starts says so on stderr when this is set. */
const JVM_TELLS = { JAVA_TOOL_OPTIONS: '-Dsnowstream.test=1' };
const JVM_STARTED = /Picked up JAVA_TOOL_OPTIONS/;

const CHOSEN = Object.entries(BAD_SETTINGS).filter((_, index) => isFull || index % 6 === 0);

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

test(`row 15: ${CHOSEN.length} bad settings end in one line on stderr, with 2, before any JVM`, {
  timeout: 300_000,
}, async () => {
  const seconds: number[] = [];
  const wrong: string[] = [];
  // One at a time, as a person starts it.
  for (const [name, bad] of CHOSEN) {
    const { env = {}, files = {}, flags = {}, variables = {}, local, line, code = 'CONFIG_INVALID' } = bad;
    const hasOwnDotenv = Object.keys(files).some((file) => file.startsWith('.env'));
    using at = workspace({ ...(hasOwnDotenv ? {} : { '.env': dotenv(env) }), ...files });
    const outcome = await node(
      [join(root, 'dist/cli.js'), 'run', ...(local ? ['--local'] : []), ...written(flags)],
      {
        cwd: at.cwd,
        env: { HOME: at.home, ...variables, ...JVM_TELLS },
      },
    );
    // A flag that does not exist is reported by the parser of the flags, in its own words.
    const unknown = /^(--\S+) is not an option/.exec(line)?.[1];
    const expected = unknown === undefined ? `snowstream: ${line} [${code}]` : `unknown option '${unknown}'`;
    const lines = outcome.stderr
      .split('\n')
      .filter((each) => each !== '' && !each.startsWith('(Did you mean'));
    // Where several settings are wrong, the first line is the one, and all of them follow.
    const isAlone = lines.length === 1 || / \(and \d+ more\)$/.test(line);
    const isRight =
      outcome.code === 2 && outcome.stdout === '' && isAlone && lines[0]?.includes(expected) === true;
    if (lines.some((each) => JVM_STARTED.test(each))) wrong.push(`${name}: a JVM was started`);
    if (!isRight) wrong.push(`${name}: exit ${outcome.code}, ${outcome.stderr}, expected ${expected}`);
    seconds.push(outcome.seconds);
  }
  expect(wrong).toEqual([]);
  const median = seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)] ?? 0;
  record({
    row: 15,
    fault: 'bad settings',
    injected: CHOSEN.length,
    note: `exit 2 with one line each, ${median.toFixed(2)} s at the median, ${seconds.at(-1)?.toFixed(2)} s at most, no JVM`,
  });
});

test('row 15: a JVM that starts would be seen', async () => {
  const script = `const { ensureJvm, stopJvm } = await import(${JSON.stringify(join(root, 'dist/bridge/jvm.js'))});
    await ensureJvm({ classPath: [], logFile: '/dev/null' }); stopJvm();`;
  const { stderr } = await node(['--input-type=module', '-e', script], { cwd: root, env: JVM_TELLS });
  expect(stderr).toMatch(JVM_STARTED);
});

/** Flags as a person writes them. */
function written(flags: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(flags).flatMap(([name, given]) => {
    const setting = SETTINGS.find(({ flagKey }) => flagKey === name);
    const flag = setting?.flag ?? `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return [given].flat().flatMap((value) => (value === true ? [flag] : [flag, String(value)]));
  });
}

function node(
  args: readonly string[],
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Outcome> {
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({ code, stdout, stderr, seconds: (performance.now() - started) / 1000 }),
    );
  });
}
