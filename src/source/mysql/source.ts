import type { MysqlSettings } from '../../config/settings.ts';
import type { SnowstreamError } from '../../errors.ts';
import type { RetryPolicy } from '../../retry-policy.ts';
import type { TableKey } from '../key.ts';
import type { PlannedTable, Snapshot, Snapshots, Source, SourceFactory, TableSource } from '../source.ts';
import type { SourceTable, SourceTableName } from '../table.ts';
import { requireAllColumns } from './hidden-columns.ts';
import { readingKeyset } from './key.ts';
import { type MysqlSession, reachMysqlSession } from './session.ts';
import { openSnapshot, snapshotFaults } from './snapshot.ts';
import type { SnapshotSession } from './snapshot-session.ts';
import { describeEachTable } from './table.ts';
import { MysqlTable } from './table-source.ts';

/** MySQL and MariaDB as a source. */
export class MysqlSource implements Source {
  readonly session: MysqlSession;
  readonly #settings: MysqlSettings;

  constructor(session: MysqlSession, settings: MysqlSettings) {
    this.session = session;
    this.#settings = settings;
  }

  describe(names: readonly SourceTableName[]): Promise<(SourceTable | SnowstreamError)[]> {
    return describeEachTable(this.session, names);
  }

  requireAllColumns(table: SourceTable, options: { readonly invisible: boolean }): Promise<void> {
    return requireAllColumns(this.session, table, options);
  }

  chooseKey(
    table: SourceTable,
    wanted: readonly string[] | undefined,
    resume: boolean,
  ): Promise<TableKey | undefined> {
    return readingKeyset(this.session, table, wanted, resume);
  }

  open(planned: PlannedTable): TableSource {
    return new MysqlTable(this.session, planned);
  }

  async ping(): Promise<void> {
    await this.session.ask('SELECT 1');
  }

  async another(): Promise<Source> {
    const session = await this.session.another();
    return session === this.session ? this : new MysqlSource(session, this.#settings);
  }

  get snapshots(): Snapshots {
    return {
      faults: (names) => snapshotFaults(this.session, names),
      open: async (names, sessions) => {
        const first = await openSnapshot(this.session, this.#settings, names, sessions);
        first.endOn(this.session.signal);
        return new MysqlSnapshot(first, this.#settings);
      },
    };
  }

  close(): Promise<void> {
    return this.session.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The first session of a snapshot. */
class MysqlSnapshot extends MysqlSource implements Snapshot {
  readonly #first: SnapshotSession;
  readonly #settingsOfAll: MysqlSettings;

  constructor(first: SnapshotSession, settings: MysqlSettings) {
    super(first, settings);
    this.#first = first;
    this.#settingsOfAll = settings;
  }

  shares(count: number): [Source, ...Source[]] {
    const [, ...others] = this.#first.shares(count);
    return [this, ...others.map((session) => new MysqlSource(session, this.#settingsOfAll))];
  }
}

/** Connects to MySQL or MariaDB, again and again while the server cannot be reached. */
export const openMysqlSource: SourceFactory = async ({ mysql }, retry: RetryPolicy) =>
  new MysqlSource(await reachMysqlSession(mysql, retry), mysql);
