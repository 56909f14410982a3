import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { childEnvironment } from './child-environment.ts';
import { LocalSnowflakeError, type LocalSnowflakeErrorCode } from './errors.ts';
import type { EmulatorOptions, RunningEmulator } from './options.ts';

/** What the process prints when it takes requests. */
type Ready = Omit<RunningEmulator, 'stop' | 'exited' | 'reset' | typeof Symbol.asyncDispose>;

/** What it prints when it does not start. */
interface StartError {
  readonly code: LocalSnowflakeErrorCode;
  readonly message: string;
}

const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 10_000;

/** The functions that the package exports, for the program at `main`; ESM and CommonJS find it in different ways. */
export async function startProgram(main: string, options: EmulatorOptions): Promise<RunningEmulator> {
  const [command, ...args] = withMemoryLimit([process.execPath, main, ...flags(options)]);
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', options.log ? 'inherit' : 'pipe'],
    // A group of its own: Ctrl-C in a terminal goes to this process, which still needs it to finish its load.
    detached: true,
    env: { ...childEnvironment(), ...GIVES_BACK },
  });
  child.stdin?.on('error', () => undefined);
  // Flags show in the list of processes, and the environment in /proc.
  if (options.password !== undefined) child.stdin?.write(`${JSON.stringify(options.password)}\n`);
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let temporaryFolder: string | undefined;
  // The process removes its temporary folder itself, unless it was killed.
  const ended = exit.then(() => removed(temporaryFolder));
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= end(child, ended);
    return stopped;
  };
  try {
    const ready = await readyLine(child, exit);
    if (options.dataDir === undefined) temporaryFolder = ready.dataDir;
    return {
      ...ready,
      privateKeyPath: ready.privateKeyPath ?? '',
      exited: ended,
      reset: () => reset(ready),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function removed(folder: string | undefined): Promise<void> {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}

/** By the admin API, whose token lies in the data folder. */
async function reset({ url, dataDir }: Ready): Promise<void> {
  const failed = (why: string, cause?: unknown) =>
    new LocalSnowflakeError('RESET_FAILED', `The local Snowflake at ${url} was not reset: ${why}`, { cause });
  let answer: Response;
  try {
    const token = (await readFile(join(dataDir, 'admin_token'), 'utf8')).trim();
    const headers = { authorization: `Bearer ${token}` };
    answer = await fetch(`${url}/admin/reset`, { method: 'POST', headers });
  } catch (cause) {
    throw failed('it does not answer; start a new one', cause);
  }
  if (!answer.ok) throw failed(`${answer.status} ${await answer.text()}`);
}

/**
 * KiB of memory that the process may ask for. DuckDB's own limit leaves out what an expression computes for the rows at
 * hand, 2,048 at a time; the system says no to that, and DuckDB then ends the statement, not the process.
 */
const MEMORY_KIB = 3 * 1024 * 1024;

/**
 * DuckDB's allocator keeps what it was given, which would count against the limit for good, also where JavaScript needs
 * it. https://jemalloc.net/jemalloc.3.html#opt.retain
 */
const GIVES_BACK = { DUCKDB_JE_MALLOC_CONF: 'retain:false' };

/** The command under a limit of its memory, where the system has one that does not count what is only reserved. */
function withMemoryLimit(command: readonly [string, ...string[]]): readonly [string, ...string[]] {
  if (process.platform !== 'linux') return command;
  return ['/bin/sh', '-c', `ulimit -d ${MEMORY_KIB}; exec "$0" "$@"`, ...command];
}

function flags(options: EmulatorOptions): string[] {
  const { dataDir, port, host, stageDir, user, publicKeyPath, account, stage, faultSeed } = options;
  const given = {
    data: dataDir,
    port,
    host,
    'stage-dir': stageDir,
    user,
    'public-key': publicKeyPath,
    account,
    database: options.database,
    schema: options.schema,
    stage,
    'fault-seed': faultSeed,
  };
  const pairs = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  );
  const faults = (options.faults ?? []).map((fault) => `--faults=${fault}`);
  const password = options.password === undefined ? [] : ['--password-on-stdin'];
  return ['--stop-with-parent', ...password, ...(options.log ? ['--log'] : []), ...pairs, ...faults];
}

/** What the process prints first: what clients need, or why it did not start. */
async function readyLine(child: ChildProcess, ended: Promise<void>): Promise<Ready> {
  const complaints: string[] = [];
  child.stderr?.on('data', (text: Buffer) => {
    complaints.push(text.toString());
    complaints.splice(0, complaints.length - 50);
  });
  const lines = createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> });
  const line = new Promise<string>((resolve) => lines.once('line', resolve));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), START_LIMIT_MS);
  });
  const first = await Promise.race([line, ended.then(() => undefined), late]);
  clearTimeout(timer);
  const answer = first === undefined ? undefined : (JSON.parse(first) as Ready | { error: StartError });
  if (answer !== undefined && !('error' in answer)) return answer;
  const { code, message }: StartError = answer?.error ?? {
    code: 'START_FAILED',
    message: complaints.join('').trim() || `no answer within ${START_LIMIT_MS / 1000} s`,
  };
  throw new LocalSnowflakeError(code, `The local Snowflake did not start: ${message}`);
}

async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return ended;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(timer);
}
