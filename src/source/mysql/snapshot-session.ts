import type { MysqlSettings } from '../../config/settings.ts';
import type { Cell } from '../../types/cell.ts';
import type { SourceTable } from '../table.ts';
import type { OpenConnection } from './connection.ts';
import { mysqlTable } from './identifier.ts';
import type { RowPackets } from './row-packets.ts';
import { MysqlSession } from './session.ts';
import { beginError, LOCK_WAIT, lostWith } from './snapshot-error.ts';

/** Seconds for which the server lets a session be that waits for Snowflake. */
const IDLE = 604_800;

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
export async function holdDefinitions(
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
