import type { MysqlSettings } from '../../config/settings.ts';
import { SnowstreamError } from '../../errors.ts';
import type { Cell } from '../../types/cell.ts';
import type { SourceTable, SourceTableName } from '../table.ts';
import { type OpenConnection, openConnection } from './connection.ts';
import { mysqlIdentifier, mysqlTable } from './identifier.ts';
import type { RowPackets } from './row-packets.ts';
import { MysqlSession, openMysqlSession, warnBy } from './session.ts';
import { describeEachTable, describeTables } from './table.ts';

/** Seconds that a lock may be waited for: writers of the table wait behind it. */
const LOCK_WAIT = 5;

/** Seconds for which the server lets a session be that waits for Snowflake. */
const IDLE = 604_800;

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

/** A session in its transaction. */
export class SnapshotSession extends MysqlSession {
  readonly #sessions: readonly SnapshotSession[];
  #share: readonly SnapshotSession[];
  #given = 0;

  /** @param sessions all that see the snapshot, the first one first */
  constructor(open: OpenConnection, settings: MysqlSettings, sessions: readonly SnapshotSession[]) {
    super(open, settings);
    this.#sessions = sessions;
    this.#share = sessions;
  }

  /**
   * Divides the sessions among tables that are loaded at once. A load that was begun with more channels shares
   * those of its own table then: another one's may be busy with a statement until its last row.
   *
   * @returns the first session of each share, which gives the others by `another()`
   */
  shares(count: number): [MysqlSession, ...MysqlSession[]] {
    const size = Math.floor(this.#sessions.length / count);
    for (const [at, session] of this.#sessions.entries()) {
      const start = at - (at % size);
      session.#share = this.#sessions.slice(start, start + size);
    }
    const [, ...others] = this.#sessions.filter((_, at) => at % size === 0);
    return [this.#sessions[0] ?? this, ...others.slice(0, count - 1)];
  }

  /** Ends all sessions when the signal comes. */
  override endOn(signal: AbortSignal | undefined): void {
    for (const session of this.#sessions) session.endOnly(signal);
  }

  /** Ends this session alone when the signal comes. */
  endOnly(signal: AbortSignal | undefined): void {
    super.endOn(signal);
  }

  /** Begins the snapshot. */
  async begin(tables: readonly SourceTable[]): Promise<void> {
    await super.ask(`SET SESSION lock_wait_timeout = ${LOCK_WAIT}, SESSION wait_timeout = ${IDLE}`);
    await super.ask('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    await holdDefinitions((sql) => super.ask(sql, [], { mayTakeLong: true }), tables);
  }

  override async query(sql: string, values?: Parameters<MysqlSession['query']>[1]): Promise<Cell[][]> {
    try {
      return await super.query(sql, values);
    } catch (error) {
      throw lostWith(error);
    }
  }

  override async ask(...question: Parameters<MysqlSession['ask']>): Promise<Cell[][]> {
    try {
      return await super.ask(...question);
    } catch (error) {
      throw lostWith(error);
    }
  }

  override async packets(sql: string): Promise<RowPackets> {
    try {
      return await super.packets(sql);
    } catch (error) {
      throw lostWith(error);
    }
  }

  override async *stream(sql: string, ahead: number): AsyncGenerator<Cell[]> {
    try {
      yield* super.stream(sql, ahead);
    } catch (error) {
      throw lostWith(error);
    }
  }

  /** One of the other sessions, in turn: a load that was begun with more channels shares them. */
  override async another(): Promise<MysqlSession> {
    const [, ...others] = this.#share;
    return others[this.#given++ % others.length] ?? this;
  }

  /** The first session ends the snapshot, and the others with it. */
  override async close(): Promise<void> {
    if (this !== this.#sessions[0]) return;
    for (const session of this.#sessions) await session.end();
  }

  /** Ends this session alone. */
  end(): Promise<void> {
    return super.close();
  }
}

/** Touches tables: a transaction keeps the definition of what it has touched. */
async function holdDefinitions(
  query: (sql: string) => Promise<unknown>,
  tables: readonly SourceTable[],
): Promise<void> {
  for (const { database, name, kind } of tables) {
    // A row of a view may take long.
    const rows = kind === 'VIEW' ? 0 : 1;
    try {
      await query(`SELECT 1 FROM ${mysqlTable(database, name)} LIMIT ${rows}`);
    } catch (error) {
      throw beginError(error, `${database}.${name}`);
    }
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

/** What the server does not say more exactly. */
function oneOf(tables: readonly SourceTable[]): string {
  const names = tables.slice(0, 3).map(({ database, name }) => `${database}.${name}`);
  const more = tables.length > names.length ? ` and ${tables.length - names.length} more tables` : '';
  return tables.length === 1 ? names.join() : `one of ${names.join(', ')}${more}`;
}

function beginError(error: unknown, names: string, locked: readonly SourceTable[] = []): unknown {
  if (!(error instanceof SnowstreamError)) return error;
  switch (serverCode(error)) {
    case 'ER_LOCK_WAIT_TIMEOUT':
      return new SnowstreamError(
        'SNAPSHOT_BUSY',
        `the snapshot could not begin: a transaction or an ALTER TABLE of another session held ${names} for more than ${LOCK_WAIT} s; run again when it has ended`,
        { cause: error },
      );
    case 'ER_DBACCESS_DENIED_ERROR':
    case 'ER_TABLEACCESS_DENIED_ERROR': {
      const databases = [...new Set(locked.map(({ database }) => mysqlIdentifier(database)))];
      return new SnowstreamError(
        'SNAPSHOT_IMPOSSIBLE',
        `a snapshot for several sessions begins while the tables are locked, and the MySQL user may not do that: GRANT LOCK TABLES ON ${databases.join('.*, ')}.*, or run with --channels 1, --parallel-tables 1 and without --no-resume`,
        { cause: error },
      );
    }
    default:
      return error;
  }
}

function serverCode({ cause }: SnowstreamError): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}

function lostWith(error: unknown): unknown {
  if (!(error instanceof SnowstreamError) || error.code !== 'MYSQL_UNREACHABLE') return error;
  return new SnowstreamError(
    'SNAPSHOT_LOST',
    `${error.message}; the snapshot has ended with its session. What was committed stays: the next run resumes after it, with a new snapshot`,
    { cause: error },
  );
}
