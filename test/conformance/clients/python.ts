import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../../scripts/setup/command.mjs';
import { withLock } from '../../../scripts/setup/lock.mjs';
import { findOnPath } from '../../../scripts/setup/path.mjs';
import { local, root } from '../../../scripts/setup/places.mjs';
import { LineProcess } from './line-process.ts';

/** What the environment holds, pinned. */
const PACKAGES = ['snowflake-connector-python==4.8.1', 'snowflake-snowpark-python==1.56.0'];

const home = join(local, 'python');
const executable = join(home, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** Python with venv, from PATH or PYTHON; `undefined` when there is none. */
export function systemPython(): string | undefined {
  const found = process.env.PYTHON ?? findOnPath('python3', 'python');
  if (!found) return undefined;
  const works = spawnSync(found, ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))']);
  return works.status === 0 ? found : undefined;
}

/** Makes the environment with the pinned packages unless it is there. */
export async function preparePython(python: string): Promise<void> {
  await withLock(
    join(local, 'python.lock'),
    () => undefined,
    async () => {
      const wanted = Object.fromEntries(PACKAGES.map((each) => each.split('==')));
      const check = `import importlib.metadata as m, sys; sys.exit(any(m.version(n) != v for n, v in ${JSON.stringify(wanted)}.items()))`;
      if (existsSync(executable) && spawnSync(executable, ['-c', check]).status === 0) return;
      await runCommand(python, ['-m', 'venv', '--clear', home]);
      await runCommand(
        executable,
        ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES],
        {
          check: 'Check the network and the package index (pip config list).',
        },
      );
    },
  );
}

/** A value for a place holder: Python's type, and the value as its parser reads it. */
export type PythonBind = readonly [
  type:
    | 'null'
    | 'string'
    | 'int'
    | 'decimal'
    | 'double'
    | 'boolean'
    | 'bytes'
    | 'date'
    | 'time'
    | 'timestamp',
  value: string,
];

/** Name, type code, precision, scale, size, nullable. */
export type PythonColumn = [
  name: string,
  type: number,
  precision: number | null,
  scale: number | null,
  size: number | null,
  nullable: boolean,
];

export interface PythonResult {
  readonly columns: PythonColumn[];
  readonly rows: (string | null)[][];
  readonly count: number;
  readonly queryId: string;
}

/** The Python connector in a process of its own; see python_driver.py. */
export class Python implements AsyncDisposable {
  readonly #process = new LineProcess(
    executable,
    [join(root, 'test', 'conformance', 'clients', 'python_driver.py')],
    {
      PYTHONDONTWRITEBYTECODE: '1',
      // Its probes for cloud platforms would ask the network.
      SNOWFLAKE_DISABLE_PLATFORM_DETECTION: 'true',
    },
  );

  run<T = unknown>(op: string, id: string, command: Readonly<Record<string, unknown>> = {}): Promise<T> {
    return this.#process.send(JSON.stringify({ op, id, ...command })) as Promise<T>;
  }

  connect(
    id: string,
    emulator: { port: number; user: string },
    options: Readonly<Record<string, unknown>>,
  ): Promise<(string | null)[]> {
    const address = { host: '127.0.0.1', port: emulator.port, protocol: 'http', account: 'LOCAL' };
    return this.run('connect', id, {
      options: { ...address, user: emulator.user, paramstyle: 'qmark', ...options },
    });
  }

  query(id: string, sql: string, binds?: readonly PythonBind[]): Promise<PythonResult> {
    return this.run('query', id, { sql, ...(binds && { binds }) });
  }

  async rows(id: string, sql: string): Promise<(string | null)[][]> {
    return (await this.query(id, sql)).rows;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]();
  }
}
