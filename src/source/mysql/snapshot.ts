import type { MysqlSettings } from '../../config/settings.ts';
import { SnowstreamError } from '../../errors.ts';
import type { SourceTable, SourceTableName } from '../table.ts';
import { openConnection } from './connection.ts';
import { mysqlTable } from './identifier.ts';
import { type MysqlSession, openMysqlSession, warnBy } from './session.ts';
import { beginError, LOCK_WAIT, oneOf } from './snapshot-error.ts';
import { holdDefinitions, SnapshotSession } from './snapshot-session.ts';
import { describeEachTable, describeTables } from './table.ts';

/**
 * Opens sessions that all see the tables as they are at one moment, until they are closed.
 *
 * One session needs nothing but its transaction. MySQL cannot give a second one the same view, so that of several
 * all begin while the tables are locked against writing: LOCK TABLES … READ waits for the writers that are under way,
 * holds up the others for some milliseconds, and needs its privilege. Each session keeps the tables' definitions as
 * they are: a table that was swapped for another one would have the rows of that one in the snapshot. As a snapshot
 * begins before its session has touched a table, another session has touched them all by then.
 *
 * @param source asked for the tables' engines
 * @param sessions how many are at work at once; the one that is returned gives the others by `another()`
 * @throws SnowstreamError SNAPSHOT_IMPOSSIBLE for a table whose engine has none, or without the privilege;
 * SNAPSHOT_BUSY when a lock is not to be had. Statements throw SNAPSHOT_LOST later when the connection breaks.
 * @example
 * await using snapshot = await openSnapshot(session, settings.mysql, [{ database: 'shop', name: 'people' }], 1);
 */
export async function openSnapshot(
  session: MysqlSession,
  settings: MysqlSettings,
  wanted: readonly SourceTableName[],
  sessions: number,
): Promise<SnapshotSession> {
  const tables = await describeTables(session, wanted);
  for (const table of tables) mustHaveSnapshots(table);
  const opened: SnapshotSession[] = [];
  try {
    while (opened.length < sessions)
      opened.push(new SnapshotSession(await openConnection(settings, warnBy()), settings, opened));
    const begin = async () => void (await Promise.all(opened.map((session) => session.begin(tables))));
    await (sessions === 1 ? whileHeld : whileLocked)(settings, tables, begin);
    return opened[0] as SnapshotSession;
  } catch (error) {
    for (const session of opened) await session.end();
    throw error;
  }
}

/**
 * Why a snapshot cannot be begun with some tables: those that are missing, views that cannot be read, engines without
 * snapshots.
 *
 * @returns for each table its error, or `undefined`
 */
export async function snapshotFaults(
  session: MysqlSession,
  wanted: readonly SourceTableName[],
): Promise<(SnowstreamError | undefined)[]> {
  const faults: (SnowstreamError | undefined)[] = [];
  for (const table of await describeEachTable(session, wanted))
    faults.push(table instanceof SnowstreamError ? table : await snapshotFault(session, table));
  return faults;
}

async function snapshotFault(
  session: MysqlSession,
  table: SourceTable,
): Promise<SnowstreamError | undefined> {
  try {
    mustHaveSnapshots(table);
    if (table.kind === 'VIEW')
      await session.ask(`SELECT 1 FROM ${mysqlTable(table.database, table.name)} LIMIT 0`, [], {
        mayTakeLong: true,
      });
    return undefined;
  } catch (error) {
    if (error instanceof SnowstreamError && error.code !== 'MYSQL_UNREACHABLE') return error;
    throw error;
  }
}

/** Who waits to alter a table that we hold keeps it from our own session, which then begins once more behind it. */
const BEGINNINGS = 3;

/** Does something while no table can be altered, or swapped for another one. */
async function whileHeld(
  settings: MysqlSettings,
  tables: readonly SourceTable[],
  act: () => Promise<void>,
): Promise<void> {
  for (let beginning = 1; ; beginning += 1) {
    await using holding = await openMysqlSession(settings);
    await holding.ask(`SET SESSION lock_wait_timeout = ${LOCK_WAIT}`);
    await holding.ask('START TRANSACTION READ ONLY');
    await holdDefinitions((sql) => holding.ask(sql, [], { mayTakeLong: true }), tables);
    try {
      return await act();
    } catch (error) {
      if (beginning === BEGINNINGS || !(error instanceof SnowstreamError) || error.code !== 'SNAPSHOT_BUSY')
        throw error;
    }
  }
}

/** Does something while nobody writes into the tables. */
async function whileLocked(
  settings: MysqlSettings,
  tables: readonly SourceTable[],
  act: () => Promise<void>,
): Promise<void> {
  await using locking = await openMysqlSession(settings);
  // Without autocommit InnoDB locks too, and waits for rows that a foreign key of another table has it write:
  // https://dev.mysql.com/doc/refman/8.4/en/innodb-parameters.html#sysvar_innodb_table_locks
  await locking.ask(
    `SET SESSION autocommit = 0, SESSION lock_wait_timeout = ${LOCK_WAIT}, SESSION innodb_lock_wait_timeout = ${LOCK_WAIT}`,
  );
  // A table with two targets is locked twice.
  const locks = tables.map(({ database, name }, at) => `${mysqlTable(database, name)} AS t${at} READ`);
  try {
    await locking.ask(`LOCK TABLES ${locks.join(', ')}`, [], { mayTakeLong: true });
  } catch (error) {
    throw beginError(error, oneOf(tables), tables);
  }
  await act();
  // It fails if the lock was lost meanwhile.
  await locking.ask('UNLOCK TABLES');
}

function mustHaveSnapshots({ database, name, engine }: SourceTable): void {
  if (engine === undefined || engine.toLowerCase() === 'innodb') return;
  throw new SnowstreamError(
    'SNAPSHOT_IMPOSSIBLE',
    `${database}.${name} is a table of ${engine}, which has no snapshots as InnoDB has: run without --snapshot`,
  );
}
