import { join } from 'node:path';
import { checkTable } from '../../src/check/check-table.ts';
import type { Proof } from '../../src/check/proof.ts';
import { defineSettings } from '../../src/config/load.ts';
import type { Settings, TableSettings, TargetOptions } from '../../src/config/settings.ts';
import type { RunReport } from '../../src/load/run-report.ts';
import { readRejects } from '../../src/rejects/rejects-file.ts';
import { DEFAULT_POLICIES } from '../../src/types/policy.ts';
import { type Ends, type OwnEnds, startEnds } from '../e2e/local.ts';
import { javaLogOr } from '../fixtures/jvm.ts';
import { completedRun as run } from '../load/completed-run.ts';
import { openWriter } from '../source/writer.ts';

/** As they are when nothing is set. */
export const TARGETS: TargetOptions = { create: 'off', evolve: false, preserveCase: false, invisible: false };

/** Both ends, tables loaded through the real SDK, and the check by SQL alone. */
export interface LoadedEnds extends AsyncDisposable {
  readonly ends: Ends;
  /** In MySQL, with the mode and charset of the server. */
  execute(...statements: string[]): Promise<void>;
  /** Streams a table into a target of its name, which is made. */
  load(name: string, more?: Partial<Settings>, table?: Partial<TableSettings>): Promise<RunReport>;
  table(name: string): TableSettings;
  check(name: string, checksum?: boolean, rejects?: string, more?: Partial<TableSettings>): Promise<Proof>;
  /** Those of {@link load}, without a table. */
  readonly settings: Settings;
}

/** @param options as of {@link startEnds} */
export async function startLoadedEnds(options: OwnEnds = {}): Promise<LoadedEnds> {
  const ends = await startEnds(options);
  const { mysql, emulator } = ends;
  const admin = await openWriter({ uri: mysql.url, charset: 'utf8mb4' });
  const table = (name: string): TableSettings => ({
    source: name,
    database: mysql.database,
    target: { database: emulator.database, schema: emulator.schema, table: name },
    policies: { table: DEFAULT_POLICIES, columns: new Map() },
  });
  const { account, url, user, privateKeyPath, database, schema, warehouse, role } = emulator;
  // What is not of these tests is as it is for everybody.
  const defined = defineSettings({
    mysql: { url: mysql.url, ssl: 'disabled' },
    snowflake: { account, url, user, privateKeyPath, database, schema, warehouse, role },
    tables: ['of_no_test'],
    create: true,
    parallelTables: 1,
    clientName: 'CHECK_TEST',
    batchRows: 1000,
    jvmMemory: '256m',
    javaLogFile: javaLogOr(join(ends.cwd, 'java.log')),
    javaTimeout: 60_000,
    closeTimeout: 60_000,
    retries: 0,
    logLevel: 'silent',
    logFormat: 'json',
  });
  const settings: Settings = { ...defined, tables: [] };
  return {
    ends,
    table,
    settings,
    async execute(...statements) {
      for (const statement of statements) await admin.query(statement);
    },
    load: (name, more = {}, columns = {}) =>
      run({ ...settings, tables: [{ ...table(name), ...columns }], ...more }),
    async check(name, checksum = true, file, more = {}) {
      const rejects = file === undefined ? undefined : readRejects(file);
      const options = { ...TARGETS, checksum, rejects };
      return (await checkTable(ends.source, ends.snowflake, { ...table(name), ...more }, options)).proof;
    },
    async [Symbol.asyncDispose]() {
      await admin.end();
      await ends[Symbol.asyncDispose]();
    },
  };
}
