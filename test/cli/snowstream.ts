import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../scripts/setup/places.mjs';

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds from the last thing it printed to its end. */
  readonly linger: number;
}

/** Runs the built command as a user does, in a folder and with an environment of its own. */
export async function snowstream(
  args: readonly string[],
  {
    cwd,
    env = {},
    onStderr,
  }: { cwd: string; env?: NodeJS.ProcessEnv; onStderr?: (text: string, pid: number) => void },
): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let last = performance.now();
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    last = performance.now();
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    last = performance.now();
    onStderr?.(stderr, child.pid ?? 0);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ code, signal, stdout, stderr, linger: performance.now() - last }),
    );
  });
}
