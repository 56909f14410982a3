import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { conformanceJars, fetchJars, jarsPending } from '../../../scripts/setup/jars.mjs';
import { withLock } from '../../../scripts/setup/lock.mjs';
import { local, root } from '../../../scripts/setup/places.mjs';
import { LineProcess } from './line-process.ts';

/** The drivers under test, by version. */
export const JDBC_VERSIONS = ['3.25.1', '4.4.1'] as const;

/** A value for a place holder: the setter's name in small, and the value as Java's parsers read it. */
export type JavaBind = readonly [
  type:
    | 'null'
    | 'string'
    | 'int'
    | 'long'
    | 'decimal'
    | 'double'
    | 'boolean'
    | 'bytes'
    | 'date'
    | 'time'
    | 'timestamp',
  value: string,
];

/** Name, type's name, precision, scale, nullable (0 or 1). */
export type JavaColumn = [name: string, type: string, precision: number, scale: number, nullable: number];

/** Rows as getString gives them, or an update count. */
export interface JavaResult {
  readonly columns: JavaColumn[];
  readonly rows: (string | null)[][];
  readonly updated?: number;
}

/** Fetches the pinned drivers unless they are there. */
export async function prepareJars(): Promise<void> {
  await withLock(
    join(local, 'test-jars.lock'),
    () => undefined,
    async () => {
      if (jarsPending(conformanceJars)) await fetchJars(conformanceJars);
    },
  );
}

/** One version of the JDBC driver in a JVM of its own; see JdbcDriver.java. */
export class Jdbc implements AsyncDisposable {
  readonly #process: LineProcess;

  constructor(version: (typeof JDBC_VERSIONS)[number]) {
    const jar = join(conformanceJars.lib, `snowflake-jdbc-${version}.jar`);
    // Tests are short: the quick compiler and the plain collector start sooner.
    const flags = ['-Xmx512m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Dfile.encoding=UTF-8'];
    const source = join(root, 'test', 'conformance', 'clients', 'JdbcDriver.java');
    this.#process = new LineProcess('java', [...flags, '-cp', jar, source]);
  }

  run<T = unknown>(operation: string, id: string, ...words: readonly string[]): Promise<T> {
    const line = [operation, id, ...words]
      .map((word) => `=${Buffer.from(word).toString('base64')}`)
      .join(' ');
    return this.#process.send(line) as Promise<T>;
  }

  /** Logs in; `privateKey` instead of `password` makes it a key-pair login. */
  connect(
    id: string,
    emulator: { port: number; user: string },
    credentials: { password: string } | { privateKey: KeyObject },
    properties: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const secret =
      'password' in credentials
        ? ['password', credentials.password]
        : ['privateKey', credentials.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64')];
    const all = { user: emulator.user, account: 'LOCAL', ssl: 'off', ...properties };
    const url = `jdbc:snowflake://127.0.0.1:${emulator.port}`;
    return this.run('connect', id, url, ...secret, ...Object.entries(all).flat());
  }

  /** Runs one statement and gives its one result. */
  async query(id: string, sql: string): Promise<JavaResult> {
    const [result] = await this.run<JavaResult[]>('query', id, sql);
    return result as JavaResult;
  }

  async rows(id: string, sql: string): Promise<(string | null)[][]> {
    return (await this.query(id, sql)).rows;
  }

  async bound(id: string, sql: string, binds: readonly JavaBind[]): Promise<JavaResult> {
    const [result] = await this.run<JavaResult[]>('bound', id, sql, ...binds.flat());
    return result as JavaResult;
  }

  batch(id: string, sql: string, rows: readonly (readonly JavaBind[])[]): Promise<number[]> {
    return this.run('batch', id, sql, ...rows.flatMap((row) => [...row.flat(), '|']));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]();
  }
}
