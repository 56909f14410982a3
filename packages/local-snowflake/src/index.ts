import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './child-environment.ts';

/** How to start a local Snowflake; everything has a default. */
export interface EmulatorOptions {
  /** Keeps the data, and on first start the key pair and the password. Default `.snowstream/snowflake`, as of `snowstream local`. */
  readonly dataDir?: string;
  /** Default: a free port. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Where streaming clients put their blobs. Default: a folder in `dataDir`. */
  readonly stageDir?: string;
  /** Default `LOCAL_USER`. */
  readonly user?: string;
  /** Default: a random one that is kept in `dataDir`. */
  readonly password?: string;
  /** PEM file of the user's public key. Default: the emulator makes a pair and tells `privateKeyPath`. */
  readonly publicKeyPath?: string;
  /** Default `LOCAL`. */
  readonly account?: string;
  /** The database that it names to clients, made where it is missing. Default `LOCAL_DB`, made in an empty folder. */
  readonly database?: string;
  /** The schema in it. Default `PUBLIC`. */
  readonly schema?: string;
  /** How streaming clients bring their blobs: into `stageDir`, which they share (default), or as to S3. */
  readonly stage?: 'local' | 's3';
  /** What is to go wrong, such as `register:code=7:count=3`; see docs/local-snowflake.md. */
  readonly faults?: readonly string[];
  /** Repeats the chances of an earlier run with the same faults: its `faultSeed`. */
  readonly faultSeed?: number;
  /** Writes a line for each request to this process's stderr. */
  readonly log?: boolean;
}

/** A local Snowflake that runs as a process of its own, and what a client needs to reach it. */
export interface RunningEmulator extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly account: string;
  readonly user: string;
  readonly password: string;
  /** The private key, PKCS#8 PEM; empty when a public key was given. */
  readonly privateKeyPath: string;
  readonly database: string;
  readonly schema: string;
  readonly warehouse: string;
  readonly role: string;
  readonly pid: number;
  readonly dataDir: string;
  /** What decides about faults with a probability. */
  readonly faultSeed: number;
  /** Settles when it has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** Ends it and waits until it has ended; its data stays. Safe to call twice. */
  stop(): Promise<void>;
}

const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 10_000;

/**
 * Starts a local Snowflake and waits until it answers. It ends with this process, however that ends.
 * @throws Error with what it wrote to stderr when it does not start.
 * @example
 * await using snowflake = await startEmulator({ dataDir: '.snowstream/snowflake' });
 * console.log(snowflake.url, snowflake.user, snowflake.privateKeyPath);
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<RunningEmulator> {
  const [command, ...args] = withMemoryLimit([process.execPath, mainPath(), ...flags(options)]);
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', options.log ? 'inherit' : 'pipe'],
    // A group of its own: Ctrl-C in a terminal goes to this process, which still needs it to finish its load.
    detached: true,
    env: { ...childEnvironment(), ...GIVES_BACK },
  });
  child.stdin?.on('error', () => undefined);
  // Flags show in the list of processes, and the environment in /proc.
  if (options.password !== undefined) child.stdin?.write(`${JSON.stringify(options.password)}\n`);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= end(child, ended);
    return stopped;
  };
  try {
    const ready = await firstLine(child, ended);
    const told = JSON.parse(ready) as Omit<RunningEmulator, 'stop' | 'exited'>;
    return {
      ...told,
      privateKeyPath: told.privateKeyPath ?? '',
      exited: ended,
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
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

/** The compiled program: beside this file, or in dist when this file runs as TypeScript. */
function mainPath(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const beside = join(here, 'main.js');
  return existsSync(beside) ? beside : join(here, '..', 'dist', 'main.js');
}

async function firstLine(child: ChildProcess, ended: Promise<void>): Promise<string> {
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
  if (first !== undefined) return first;
  const why = complaints.join('').trim() || `no answer within ${START_LIMIT_MS / 1000} s`;
  throw new Error(`The local Snowflake did not start: ${why}`);
}

async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(timer);
}
