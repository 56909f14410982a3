import { rejectsPosition } from '../checkpoint/rejects-position.ts';
import type { KeyValue } from '../source/key.ts';
import type { ReadRecord, RejectsOwner } from './record.ts';

/**
 * The pending records of one owner: rows that were rejected and not sent again since.
 *
 * @param done the last record that was sent again: see `doneRecord`
 */
export function pendingRecords(
  records: readonly ReadRecord[],
  owner: RejectsOwner,
  done: number,
): ReadRecord[] {
  return records.filter((record) => record.number > done && sameOwner(record, owner));
}

/** Whether both have the same channel, source table and target table. */
export function sameOwner(one: RejectsOwner, other: RejectsOwner): boolean {
  return one.table === other.table && one.target === other.target && one.channel === other.channel;
}

/**
 * Records of batches that were sent again but never committed: the records before them are still pending, and their
 * rows are sent once more.
 */
export function uncommittedRetries(records: readonly ReadRecord[], id: string, done: number): ReadRecord[] {
  return records.filter(({ offset }) => {
    const batch = rejectsPosition(offset);
    return batch?.file === id && batch.record > done;
  });
}

/** The distinct keys of records. */
export function keysOf(records: readonly Pick<ReadRecord, 'key'>[]): KeyValue[] {
  return [...new Map(records.map(({ key }) => [JSON.stringify(key), key])).values()];
}

/** The last record of each key, in the order of their numbers, and all records without a key. */
export function lastOfEachKey(records: readonly ReadRecord[]): ReadRecord[] {
  const last = new Map(records.map((record) => [identity(record), record]));
  return records.filter((record) => last.get(identity(record)) === record);
}

const identity = ({ key, number }: ReadRecord): string =>
  key.length === 0 ? String(number) : JSON.stringify(key);
