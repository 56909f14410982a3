import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningEmulator, startEmulator } from 'local-snowflake';
import { createConnection } from 'mysql2/promise';
import { mysqlForTests } from '../../scripts/mysql-server.mjs';
import { loadSettings } from '../../src/config/load.ts';
import type { RunReport } from '../../src/load/run-report.ts';
import { openSession, type SnowflakeSession } from '../../src/snowflake/session.ts';
import { settingsOf } from '../e2e/local.ts';
import { javaLogOr } from '../fixtures/jvm.ts';
import { completedRun as run } from '../load/completed-run.ts';
import { openWriter } from '../source/writer.ts';
import type { Case, Outcome } from './case.ts';
import { type Server, serverOf } from './server.ts';

/** What became of a case: the report and what Snowflake then shows, or the error. */
export type Ended = { readonly report: RunReport; readonly shown: Shown } | { readonly error: unknown };

export interface Shown {
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly comments: Readonly<Record<string, string>>;
  readonly rows: readonly (readonly (string | null)[])[];
}

type TestDatabase = Awaited<ReturnType<typeof mysqlForTests>>;

/** Makes snowflake-sdk print every digit that a MySQL value can have. */
const FORMATS = `ALTER SESSION SET
  TIMESTAMP_NTZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF6',
  TIMESTAMP_LTZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM',
  TIMESTAMP_TZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM',
  TIME_OUTPUT_FORMAT = 'HH24:MI:SS.FF6',
  DATE_OUTPUT_FORMAT = 'YYYY-MM-DD'`;

/** One MySQL server and one local Snowflake; a database and a schema for each case. */
export class Suite implements AsyncDisposable {
  readonly server: Server;
  readonly #mysql: TestDatabase;
  readonly #emulator: RunningEmulator;
  readonly #folder: string;

  private constructor(server: Server, mysql: TestDatabase, emulator: RunningEmulator, folder: string) {
    this.server = server;
    this.#mysql = mysql;
    this.#emulator = emulator;
    this.#folder = folder;
  }

  static async start(): Promise<Suite> {
    const folder = mkdtempSync(join(tmpdir(), 'snowstream-cases-'));
    const [mysql, emulator] = await Promise.all([
      mysqlForTests(),
      startEmulator({ dataDir: join(folder, 'snowflake') }),
    ]);
    const admin = await createConnection({ uri: mysql.url, rowsAsArray: true });
    const [rows] = await admin.query('SELECT VERSION()');
    await admin.end();
    const version = String((rows as string[][])[0]?.[0]);
    return new Suite(serverOf(version), mysql, emulator, folder);
  }

  /** Fills both sides, runs the pipeline with the settings of a config file, and reads the target. */
  async play(each: Case): Promise<Ended> {
    const place = each.name.replaceAll('-', '_');
    const database = `${this.#mysql.database}_${place}`.slice(0, 64);
    const schema = place.toUpperCase();
    await using source = await this.#database(database, each.createSql);
    await using session = await this.#schema(schema, each.targetSql);
    let report: RunReport;
    try {
      report = await run(this.#settings(each, source.url, schema));
    } catch (error) {
      return { error };
    }
    return { report, shown: await show(session, each.outcome) };
  }

  async #database(name: string, createSql: string): Promise<{ url: string } & AsyncDisposable> {
    const url = new URL(this.#mysql.url);
    const admin = await openWriter({ uri: url.href, charset: 'utf8mb4', multipleStatements: true });
    const drop = async () => {
      await admin.query(`DROP DATABASE IF EXISTS \`${name}\``);
      await admin.end();
    };
    url.pathname = `/${name}`;
    try {
      await admin.query(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4; USE \`${name}\`; ${createSql}`);
    } catch (error) {
      await drop();
      throw error;
    }
    return { url: url.href, [Symbol.asyncDispose]: drop };
  }

  async #schema(name: string, targetSql: string): Promise<SnowflakeSession> {
    const session = await openSession(settingsOf(this.#emulator));
    const statements = targetSql.split(/;\s*$/m).filter((statement) => statement.trim() !== '');
    for (const statement of [FORMATS, `CREATE SCHEMA "${name}"`, ...statements])
      await session.execute(statement);
    return session;
  }

  #settings(each: Case, mysqlUrl: string, schema: string) {
    const { account, url, user, privateKeyPath, database, warehouse, role } = this.#emulator;
    const given = each.config as { mysql?: object; snowflake?: object };
    const file = join(this.#folder, `${each.name}.json`);
    const config = {
      create: true,
      tables: [{ source: 't' }],
      retries: 0,
      // Otherwise a run ends early, and how early would be the batches' affair.
      maxRejects: 1000,
      javaTimeout: 120_000,
      closeTimeout: 120_000,
      javaLogFile: javaLogOr(join(this.#folder, 'java.log')),
      jvmMemory: '256m',
      ...given,
      mysql: { url: mysqlUrl, ssl: 'preferred', ...given.mysql },
      snowflake: {
        ...{ account, url, user, privateKeyPath, database, warehouse, role, schema },
        ...given.snowflake,
      },
    };
    writeFileSync(file, JSON.stringify(config));
    return loadSettings({ flags: { config: file }, env: {}, cwd: this.#folder, home: this.#folder });
  }

  /** What Java logged, for a case that went wrong. */
  get javaLog(): string {
    return readFileSync(javaLogOr(join(this.#folder, 'java.log')), 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#emulator.stop();
    await this.#mysql.drop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function show(session: SnowflakeSession, outcome: Outcome | undefined): Promise<Shown> {
  const target = outcome?.target ?? 'T';
  const described = await session.execute(`DESCRIBE TABLE ${target}`);
  const columns = described.map(({ name, type, ...more }) => {
    const suffix = more['null?'] === 'N' ? ' NOT NULL' : '';
    return [name ?? '', `${type}${suffix}`] as const;
  });
  const comments = described.flatMap(({ name, comment }) => (comment ? [[name ?? '', comment]] : []));
  const list = outcome?.select ?? columns.map(([name, type]) => shownAs(name, type));
  const aliased = list.map((expression, index) => `${expression} AS V${index}`).join(', ');
  const rows = await session.execute(`SELECT ${aliased} FROM ${target} ORDER BY ${outcome?.order ?? '1'}`);
  const isFloat = list.map(
    (expression, index) =>
      expression.endsWith('::FLOAT') ||
      (outcome?.select === undefined && columns[index]?.[1].startsWith('FLOAT')),
  );
  return {
    columns,
    comments: Object.fromEntries(comments),
    rows: rows.map((row) =>
      list.map((_, index) => {
        const text = row[`V${index}`] ?? null;
        return text !== null && isFloat[index] ? double(text) : text;
      }),
    ),
  };
}

/** A variant as compact JSON, in which a JSON null is not an SQL NULL. */
function shownAs(name: string, type: string): string {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  return /^(VARIANT|ARRAY|OBJECT)/.test(type) ? `TO_JSON(${quoted})` : quoted;
}

/** Clients spell doubles in their own ways; here as JavaScript does, with the sign of a zero. */
function double(text: string): string {
  const value = Number(text);
  return Object.is(value, -0) ? '-0' : String(value);
}
