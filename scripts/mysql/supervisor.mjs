// @ts-check
// Runs the server and ends it when standard input closes. The parent holds the other end of that pipe, so the
// server stops however the parent ends: kill -9 closes a pipe too, where no signal handler would run.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** @type {{ command: string, args: string[], initFile: string, removeAfter?: string }} */
const order = JSON.parse(process.argv[2] ?? '{}');

const GRACE_MS = 15_000;
/** @type {string[]} */
const lastLines = [];
let stopping = false;

const server = spawn(order.command, order.args, { stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true });

createInterface({ input: server.stderr }).on('line', (line) => {
  lastLines.push(line);
  if (lastLines.length > 30) lastLines.shift();
  if (line.includes('ready for connections')) {
    rmSync(order.initFile, { force: true });
    report({ ready: true, pid: server.pid });
  }
});
server.on('error', (error) => {
  lastLines.push(error.message);
  finish(1);
});
server.on('close', (code) => finish(code ?? 1));

process.stdin.resume();
process.stdin.on('end', stop).on('error', stop);
process.on('SIGTERM', stop).on('SIGINT', stop).on('SIGHUP', stop);
// The parent may be gone when the last words are written.
process.stdout.on('error', () => {});

/** @param {object} message */
function report(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function stop() {
  if (stopping) return;
  stopping = true;
  server.kill('SIGTERM');
  setTimeout(() => server.kill('SIGKILL'), GRACE_MS).unref();
}

/** @param {number} code */
function finish(code) {
  rmSync(order.initFile, { force: true });
  if (order.removeAfter) rmSync(order.removeAfter, { recursive: true, force: true, maxRetries: 5 });
  if (!stopping) report({ failed: true, log: lastLines });
  process.exitCode = stopping ? 0 : code || 1;
  process.stdin.destroy();
}
