import { rejectsPosition } from '../checkpoint/rejects-position.ts';
import type { KeyValue } from '../source/key.ts';
import type { ReadRecord, RejectsOwner } from './record.ts';

/**
 * The records of one owner that stand: their rows were rejected, and not sent again since.
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

/** Whether both are of one channel, from one table into one target. */
export function sameOwner(one: RejectsOwner, other: RejectsOwner): boolean {
  return one.table === other.table && one.target === other.target && one.channel === other.channel;
}

/**
 * Records of batches that were sent again but never committed: the records before them still stand, and their rows
 * are sent once more.
 */
export function uncommittedRetries(records: readonly ReadRecord[], id: string, done: number): ReadRecord[] {
  return records.filter(({ offset }) => {
    const batch = rejectsPosition(offset);
    return batch?.file === id && batch.record > done;
  });
}

/** The keys of records, each once. */
export function keysOf(records: readonly Pick<ReadRecord, 'key'>[]): KeyValue[] {
  return [...new Map(records.map(({ key }) => [JSON.stringify(key), key])).values()];
}

/** The last record of each key, in the order of their numbers; records without a key are all there. */
export function lastOfEachKey(records: readonly ReadRecord[]): ReadRecord[] {
  const last = new Map(records.map((record) => [identity(record), record]));
  return records.filter((record) => last.get(identity(record)) === record);
}

const identity = ({ key, number }: ReadRecord): string =>
  key.length === 0 ? String(number) : JSON.stringify(key);
