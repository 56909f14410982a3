import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type MessagePort, workerData } from 'node:worker_threads';
import type { JavaScriptAnswer, JavaScriptRequest } from './javascript-child.ts';
import type { RelayMessage } from './javascript-process.ts';
import { residentBytes } from './resident-bytes.ts';

// A worker thread between the statement, whose thread sleeps until it is woken, and the process that runs the function.
// It bounds that process from outside, since a function may keep the process itself from ever looking at a clock.

/** Beyond the time limit of the function, for one that catches even that. */
const GRACE_MS = 500;
/** V8 itself bounds objects and texts; typed arrays lie outside its heap and count for the whole only. */
const HEAP_MB = 256;
const MEMORY_BYTES = 512 * 1024 * 1024;
const MEMORY_CHECK_MS = process.platform === 'linux' ? 20 : 250;
const ANSWER_BYTES = 256 * 1024 * 1024;

/** What javascript-child.ts answers for a function that it has stopped. */
const TIME_LIMIT_EXCEEDED = 'Execution time limit exceeded';
const LIMIT_EXCEEDED: JavaScriptAnswer = { error: 'Execution time or memory limit exceeded' };

/**
 * The V8 of Node 22 can leave WebAssembly out. That of Node 24 does not know the option, and Node ends at once with `bad
 * option`: there it is only deleted from each realm, which javascript-child.ts does with every Node, and the realms of
 * functions may not compile it.
 */
const NO_WASM = '--no-expose-wasm';
const leavesWasmOut = spawnSync(process.execPath, [NO_WASM, '--version'], { env: {} }).status === 0;

const FLAGS = [
  // No files, no processes, no workers, no native addons (https://nodejs.org/api/permissions.html). Node 20 has it under
  // its first name only.
  process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission',
  '--disallow-code-generation-from-strings',
  // The error of a failed import() leads a function to the prototypes of Node's realm. Were they not frozen, a setter on
  // them would be given Node's own objects, and by its sockets the network, which the permissions do not cover.
  '--frozen-intrinsics',
  ...(leavesWasmOut ? [NO_WASM] : []),
  `--max-old-space-size=${HEAP_MB}`,
  '--no-warnings',
  '--input-type=module',
];

const { port, posted } = workerData as { port: MessagePort; posted: Int32Array };
// As a text, since the process may not read the file.
const program = readFileSync(new URL('./javascript-child.js', import.meta.url), 'utf8');

let child: ChildProcessWithoutNullStreams | undefined;

function start(): ChildProcessWithoutNullStreams {
  const started = spawn(process.execPath, [...FLAGS, '--eval', program], { env: {} });
  for (const stream of [started, started.stdin, started.stdout, started.stderr])
    stream.on('error', () => undefined);
  started.stderr.resume();
  return started;
}

function end(): void {
  child?.kill('SIGKILL');
  child = undefined;
}

function ask(request: JavaScriptRequest): Promise<JavaScriptAnswer> {
  child ??= start();
  const { stdin, stdout, pid } = child;
  const asked = child;
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    const settle = (answer: JavaScriptAnswer): void => {
      clearTimeout(late);
      clearInterval(watch);
      stdout.off('data', read);
      asked.off('exit', exited);
      resolve(answer);
    };
    const abort = (): void => {
      settle(LIMIT_EXCEEDED);
      end();
    };
    const exited = (): void => {
      child = undefined;
      settle(LIMIT_EXCEEDED);
    };
    const read = (piece: Buffer): void => {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > ANSWER_BYTES) abort();
      else if (piece.at(-1) === 0x0a) {
        const answer = JSON.parse(Buffer.concat(pieces).toString()) as JavaScriptAnswer;
        settle(answer);
        // What it has taken stays for a while, and would count as memory of the next function.
        if ('error' in answer && answer.error === TIME_LIMIT_EXCEEDED) end();
      }
    };
    const late = setTimeout(abort, request.timeLimit + GRACE_MS);
    const watch = setInterval(() => {
      if (pid !== undefined && residentBytes(pid) > MEMORY_BYTES) abort();
    }, MEMORY_CHECK_MS);
    stdout.on('data', read);
    asked.once('exit', exited);
    stdin.write(`${JSON.stringify(request)}\n`);
  });
}

let last: Promise<void> = Promise.resolve();

async function relay({ id, content }: RelayMessage<JavaScriptRequest>): Promise<void> {
  const answer: RelayMessage<JavaScriptAnswer> = { id, content: await ask(content) };
  port.postMessage(answer);
  Atomics.add(posted, 0, 1);
  Atomics.notify(posted, 0);
}

port.on('message', (message: RelayMessage<JavaScriptRequest> | 'end') => {
  if (message === 'end') {
    end();
    port.close();
    process.exit();
  }
  last = last.then(() => relay(message));
});
