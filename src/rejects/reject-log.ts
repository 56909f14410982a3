import { isUtf8 } from 'node:buffer';
import type { EncodedColumn, RejectedRow, RowBatch } from '../bridge/row-bridge.ts';
import { rejectsChannel } from '../checkpoint/channel-name.ts';
import { doneRecord } from '../checkpoint/rejects-position.ts';
import { committedOffsetToken } from '../checkpoint/stored-channel.ts';
import { carriedColumns } from '../ingest/carried-columns.ts';
import type { TablePlan } from '../plan/table-plan.ts';
import { displayName } from '../snowflake/identifier.ts';
import type { SnowflakeSession } from '../snowflake/session.ts';
import { type KeyValue, keyValueOf, type TableKey } from '../source/key.ts';
import type { Source } from '../source/source.ts';
import type { SourceTable } from '../source/table.ts';
import type { Cell } from '../types/cell.ts';
import { keysOf, pendingRecords } from './pending-records.ts';
import {
  type ReadRecord,
  type RecordedValue,
  type RejectRecord,
  type RejectsOwner,
  recordedValue,
} from './record.ts';
import type { RejectsContent } from './rejects-content.ts';
import type { RejectsFile } from './rejects-file.ts';

/** The table whose rows are written down. */
export interface LoggedTable {
  readonly table: SourceTable;
  /** Absent for a table without a key, whose rows have their number behind their cells. */
  readonly keyset?: TableKey | undefined;
  readonly columns: readonly EncodedColumn[];
}

/** Whose rows a plan's channel carries. */
export function ownerOf({ table, target, channel }: TablePlan): RejectsOwner {
  return { table: `${table.database}.${table.name}`, target: displayName(target), channel };
}

/** The last record of a file that was sent again to a plan's target: see `doneRecord`. */
export async function doneOf(
  { id, records }: RejectsContent,
  snowflake: SnowflakeSession,
  plan: TablePlan,
): Promise<number> {
  if (pendingRecords(records, ownerOf(plan), 0).length === 0) return 0;
  const channel = rejectsChannel(plan.channel);
  return doneRecord(await committedOffsetToken(snowflake, plan.target, channel), id, channel);
}

/** Opens the log of a plan's channel. */
export async function openRejectLog(
  file: RejectsFile,
  snowflake: SnowflakeSession,
  plan: TablePlan,
): Promise<RejectLog> {
  const logged = { ...plan, columns: carriedColumns(plan.columns) };
  return new RejectLog(file, ownerOf(plan), logged, await doneOf(file, snowflake, plan));
}

/** The rejected rows of one channel in a rejects file: those of earlier runs that stand, and those of this one. */
export class RejectLog {
  readonly #file: RejectsFile;
  readonly #owner: RejectsOwner;
  readonly #logged: LoggedTable;
  readonly #done: number;

  /** @param done the last record that was sent again: see `doneRecord` */
  constructor(file: RejectsFile, owner: RejectsOwner, logged: LoggedTable, done: number) {
    this.#file = file;
    this.#owner = owner;
    this.#logged = logged;
    this.#done = done;
  }

  /** The keys of rows that are rejected and were not sent again, each once. */
  get keys(): KeyValue[] {
    return keysOf(this.#pending);
  }

  /** Rejected rows without a key. */
  get rowsWithoutKey(): number {
    return this.#pending.filter(({ key }) => key.length === 0).length;
  }

  get #pending(): ReadRecord[] {
    return pendingRecords(this.#file.records, this.#owner, this.#done);
  }

  /** Makes the records of {@link rowsToCome} void, as their rows are read again. */
  async resume(source: Source, after: KeyValue | undefined): Promise<void> {
    const again = await this.rowsToCome(source, after);
    await this.#file.void(again.map(({ number }) => number));
  }

  /**
   * The records of rows that are still before the load, as the batches they were part of were never committed.
   *
   * @param after the key of the last committed row; `undefined` when there is none
   */
  async rowsToCome(source: Source, after: KeyValue | undefined): Promise<ReadRecord[]> {
    const { table, keyset } = this.#logged;
    const pending = this.#pending;
    if (pending.length === 0 || keyset === undefined || after === undefined) return pending;
    const existing = source.open({ table, keyset, columns: [] });
    const rows = await existing.rowsByKey(keysOf(pending), after);
    const again = new Set(rows.map((row) => JSON.stringify(keyValueOf(row))));
    const isFound = ({ key }: ReadRecord) => again.has(JSON.stringify(key));
    const found = pending.filter(isFound);
    if (again.size === keysOf(found).length) return found;
    // Somebody has spelt a key otherwise since, which its collation takes for the same: the record is asked for alone.
    for (const record of pending.filter((each) => !isFound(each))) {
      const same = await existing.rowsByKey([record.key], after);
      if (same.length > 0) found.push(record);
    }
    return found;
  }

  /** Writes rejected rows down; they are on disk when it comes back. */
  record(rejected: readonly RejectedRow[], { rows, offsetToken }: RowBatch): Promise<void> {
    const at = new Date().toISOString();
    return this.#file.append(
      rejected.map(({ index, column, message }): RejectRecord => {
        const cells = rows.at(index) ?? [];
        const place = this.#logged.columns.findIndex(({ key }) => key === column);
        return {
          ...this.#owner,
          ...this.#identity(cells),
          ...(column !== undefined && { column }),
          ...(place >= 0 && { value: recordedValue(readable(cells[place], this.#logged.columns[place])) }),
          reason: message,
          offset: offsetToken,
          at,
        };
      }),
    );
  }

  #identity(cells: readonly Cell[]): Pick<RejectRecord, 'key' | 'row' | 'values'> {
    const { keyset, columns } = this.#logged;
    if (keyset !== undefined) return { key: keyValueOf(cells.slice(columns.length)) };
    const values: [string, RecordedValue][] = columns.map((column, place) => [
      column.key,
      recordedValue(readable(cells[place], column)),
    ]);
    return { key: [], row: Number(cells[columns.length]), values: Object.fromEntries(values) };
  }
}

/** Some texts come as their bytes: see `types/text.ts`. */
function readable(cell: Cell | undefined, column: EncodedColumn | undefined): Cell {
  return Buffer.isBuffer(cell) && column?.carriage.bytesAreText && isUtf8(cell)
    ? cell.toString()
    : (cell ?? null);
}
