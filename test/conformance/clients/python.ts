import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../../scripts/setup/command.mjs';
import { withLock } from '../../../scripts/setup/lock.mjs';
import { findOnPath } from '../../../scripts/setup/path.mjs';
import { local, root } from '../../../scripts/setup/places.mjs';
import { LineProcess } from './line-process.ts';

/** The connectors under test, by version. */
export const CONNECTOR_VERSIONS = ['4.8.1', '5.2.0'] as const;
export type ConnectorVersion = (typeof CONNECTOR_VERSIONS)[number];

/** What the environment of each holds, pinned. Snowpark does not take a connector of version 5. */
const PACKAGES: Readonly<Record<ConnectorVersion, readonly string[]>> = {
  '4.8.1': ['snowflake-connector-python==4.8.1', 'snowflake-snowpark-python==1.56.0'],
  '5.2.0': ['snowflake-connector-python==5.2.0'],
};

function homeOf(version: ConnectorVersion): string {
  return join(local, version === '4.8.1' ? 'python' : `python-${version}`);
}

function executableOf(version: ConnectorVersion): string {
  return join(homeOf(version), process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
}

/** Python with venv, from PATH or PYTHON; `undefined` when there is none. */
export function systemPython(): string | undefined {
  const found = process.env.PYTHON ?? findOnPath('python3', 'python');
  if (!found) return undefined;
  const works = spawnSync(found, ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))']);
  return works.status === 0 ? found : undefined;
}

/** Makes the environment with the pinned packages unless it is there. */
export async function preparePython(python: string, version: ConnectorVersion): Promise<void> {
  const executable = executableOf(version);
  const packages = PACKAGES[version];
  await withLock(
    join(local, 'python.lock'),
    () => undefined,
    async () => {
      const wanted = Object.fromEntries(packages.map((each) => each.split('==')));
      const check = `import importlib.metadata as m, sys; sys.exit(any(m.version(n) != v for n, v in ${JSON.stringify(wanted)}.items()))`;
      if (existsSync(executable) && spawnSync(executable, ['-c', check]).status === 0) return;
      await runCommand(python, ['-m', 'venv', '--clear', homeOf(version)]);
      await runCommand(
        executable,
        ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages],
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
  readonly #process: LineProcess;

  constructor(version: ConnectorVersion) {
    const driver = join(root, 'test', 'conformance', 'clients', 'python_driver.py');
    this.#process = new LineProcess(executableOf(version), [driver], {
      PYTHONDONTWRITEBYTECODE: '1',
      // Its probes for cloud platforms would ask the network.
      SNOWFLAKE_DISABLE_PLATFORM_DETECTION: 'true',
    });
  }

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
