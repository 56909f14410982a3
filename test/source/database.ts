import type { Connection } from 'mysql2/promise';
import { expect } from 'vitest';
import { mysqlForTests } from '../../scripts/mysql-server.mjs';
import type { MysqlSettings } from '../../src/config/settings.ts';
import { type ReadRequest, readTable } from '../../src/source/mysql/reader.ts';
import { type MysqlSession, openMysqlSession } from '../../src/source/mysql/session.ts';
import { describeTable } from '../../src/source/mysql/table.ts';
import type { SourceBatch } from '../../src/source/row-feed.ts';
import type { SourceTable } from '../../src/source/table.ts';
import type { Cell } from '../../src/types/cell.ts';
import { type FittedColumn, mapColumns, ownTypes } from '../../src/types/column-mapping.ts';
import { openWriter } from './writer.ts';

/** A real MySQL server with an empty database, a session to fill it, and the reader's own session. */
export interface TestSource extends AsyncDisposable {
  readonly settings: MysqlSettings & { readonly database: string; readonly password: string };
  readonly source: MysqlSession;
  /** The session that makes tables and rows; its mode is that of the server. */
  readonly admin: Connection;
  readonly isMariaDb: boolean;
  execute(...statements: string[]): Promise<void>;
  describe(table: string): Promise<SourceTable>;
}

/** @param options `ownServer` for a test that sets global variables or looks at the whole server */
export async function openTestSource(options: { readonly ownServer?: boolean } = {}): Promise<TestSource> {
  const mysql = await mysqlForTests(options);
  const { host, port, user, password, database } = mysql;
  const settings = { host, port, user, password, database, ssl: 'preferred' as const };
  const admin = await openWriter({ host, port, user, password, database, charset: 'utf8mb4' });
  const source = await openMysqlSession(settings);
  const [version] = await source.query('SELECT VERSION()');
  return {
    settings,
    source,
    admin,
    isMariaDb: /mariadb/i.test(String(version?.[0])),
    async execute(...statements) {
      for (const statement of statements) await admin.query(statement);
    },
    describe: (table) => describeTable(source, database, table),
    async [Symbol.asyncDispose]() {
      await source.close();
      await admin.end();
      await mysql.drop();
    },
  };
}

/** All columns of a table in the types of a target made for them. */
export function fittedColumns(table: SourceTable): FittedColumn[] {
  return ownTypes(mapColumns(table.columns, undefined, (name) => name));
}

/** What the Java side would be given for a cell: the text of its Java class, or null. */
export function javaText(column: FittedColumn | undefined, cell: Cell | undefined): string | null {
  if (column === undefined || cell === undefined) throw new Error('no such cell');
  if (cell === null) return null;
  const encoded = column.encoder.text(cell);
  return typeof encoded === 'string' ? encoded : encoded.text;
}

export async function allBatches(source: MysqlSession, request: ReadRequest): Promise<SourceBatch[]> {
  const batches: SourceBatch[] = [];
  for await (const batch of readTable(source, request)) batches.push(batch);
  return batches;
}

/** Ids of the server's sessions in the database of a session. */
export async function sessionIds(source: MysqlSession): Promise<Set<string>> {
  const rows = await source.query('SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE()');
  return new Set(rows.map(([id]) => String(id)));
}

/**
 * Waits until no session is there that was not there before. Counting would not do: the server ends a session after its
 * client has left, so those of an earlier test may be counted before and not after.
 */
export async function noSessionsSince(source: MysqlSession, before: ReadonlySet<string>): Promise<void> {
  const since = async () => [...(await sessionIds(source))].filter((id) => !before.has(id));
  await expect.poll(since, { timeout: 30_000 }).toEqual([]);
}
