import { isUtf8 } from 'node:buffer';
import type { EncodedColumn, RejectedRow, RowBatch } from '../bridge/row-bridge.ts';
import { rejectsChannel } from '../checkpoint/channel-name.ts';
import { doneRecord } from '../checkpoint/rejects-position.ts';
import { committedOffsetToken } from '../checkpoint/stored-channel.ts';
import { encodedColumns } from '../ingest/encoded-columns.ts';
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

/** A table whose rejected rows are recorded. */
export interface LoggedTable {
  readonly table: SourceTable;
  /** Absent for a table without a key, whose rows have their number after their cells. */
  readonly keyset?: TableKey | undefined;
  readonly columns: readonly EncodedColumn[];
}

/** The owner of the rows that a plan's channel loads. */
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
  const logged = { ...plan, columns: encodedColumns(plan.columns) };
  return new RejectLog(file, ownerOf(plan), logged, await doneOf(file, snowflake, plan));
}

/** The rejected rows of one channel in a rejects file: pending ones of earlier runs, and those of this run. */
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

  /** The distinct keys of rejected rows that were not sent again. */
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

  /** Voids the records of {@link rowsToCome}, because their rows are read again. */
  async resume(source: Source, after: KeyValue | undefined): Promise<void> {
    const again = await this.rowsToCome(source, after);
    await this.#file.void(again.map(({ number }) => number));
  }

  /**
   * The records of rows that the load still has to read, because their batches were never committed.
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
    // A key may have been updated to a spelling that its collation takes for the same: look such records up one by one.
    for (const record of pending.filter((each) => !isFound(each))) {
      const same = await existing.rowsByKey([record.key], after);
      if (same.length > 0) found.push(record);
    }
    return found;
  }

  /** Records rejected rows; they are on disk when it returns. */
  record(rejected: readonly RejectedRow[], { rows, offsetToken }: RowBatch): Promise<void> {
    const at = new Date().toISOString();
    return this.#file.append(
      rejected.map(({ index, column, message }): RejectRecord => {
        const cells = rows.at(index) ?? [];
        const columnIndex = this.#logged.columns.findIndex(({ key }) => key === column);
        return {
          ...this.#owner,
          ...this.#identity(cells),
          ...(column !== undefined && { column }),
          ...(columnIndex >= 0 && {
            value: recordedValue(readable(cells[columnIndex], this.#logged.columns[columnIndex])),
          }),
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
    const values: [string, RecordedValue][] = columns.map((column, index) => [
      column.key,
      recordedValue(readable(cells[index], column)),
    ]);
    return { key: [], row: Number(cells[columns.length]), values: Object.fromEntries(values) };
  }
}

/** Some texts are read as bytes: see `types/text.ts`. */
function readable(cell: Cell | undefined, column: EncodedColumn | undefined): Cell {
  return Buffer.isBuffer(cell) && column?.encoder.bytesAreText && isUtf8(cell)
    ? cell.toString()
    : (cell ?? null);
}
