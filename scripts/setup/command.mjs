// @ts-check
import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { SetUpError } from './error.mjs';
import { root } from './places.mjs';

const TIMEOUT_MS = 20 * 60_000;
const LINES_SHOWN = 20;
const windows = process.platform === 'win32';

/**
 * Java reads and writes file names in the character set of the locale: without a UTF-8 one (cron, systemd, containers)
 * it finds nothing in a folder whose name has a letter beyond ASCII. Linux has this locale wherever Node runs.
 *
 * @type {NodeJS.ProcessEnv}
 */
const utf8Names = process.platform === 'linux' ? { LC_ALL: 'C.UTF-8' } : {};

/**
 * Runs a command in the project's root and keeps its output to itself unless it fails.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env] on top of this process's own
 * @param {string} [options.check] what a person should look at when it fails
 * @returns {Promise<void>}
 * @throws {SetUpError} with the command, the last lines of its output and what to check
 */
export async function runCommand(command, args, { cwd = root, env = {}, check } = {}) {
  const shown = [command, ...args].join(' ');
  let output = '';
  // npm and mvn are .cmd files on Windows, which only a shell starts.
  const shell = windows && command !== process.execPath;
  const child = spawn(command, shell ? args.map((arg) => `"${arg}"`) : args, {
    cwd,
    env: { ...process.env, ...utf8Names, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell,
    windowsHide: true,
    timeout: TIMEOUT_MS,
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-50_000);
    });
  }
  /** @type {string | undefined} */
  const failure = await new Promise((done) => {
    child.once('error', (error) => done(error.message));
    child.once('close', (code, signal) =>
      done(code === 0 ? undefined : signal ? `${signal}` : `exit code ${code}`),
    );
  });
  if (failure === undefined) return;

  const lines = stripVTControlCharacters(output)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const shownOutput =
    lines.length === 0 ? '' : `; its last lines were:\n  ${lines.slice(-LINES_SHOWN).join('\n  ')}`;
  throw new SetUpError(
    'COMMAND_FAILED',
    `\`${shown}\` failed (${failure})${shownOutput}${check ? `\n${check}` : ''}`,
  );
}
