import type { Proof } from '../check/proof.ts';
import type { KeyValue } from '../source/key.ts';
import type { PolicyName } from '../types/policy.ts';

/** A rejected row, by its key. */
export interface RejectedRecord {
  /** Empty for a row of a table without a key. */
  readonly key: KeyValue;
  /** Which row of a table without a key, in the order of reading, from 1. */
  readonly row?: number;
  readonly column?: string;
  readonly message: string;
}

/** How many rows were rejected because of a column. */
export interface RejectedCount {
  /** By its name in the target; null where no column was at fault. */
  readonly column: string | null;
  readonly rows: number;
}

/** How many values of a column a policy replaced. */
export interface PolicyCount {
  readonly column: string;
  readonly policy: PolicyName;
  readonly values: number;
}

/** What became of one channel. */
export interface ChannelReport {
  readonly name: string;
  /** As the channel said after it was opened. */
  readonly valid: boolean;
  /** As the channel said after it was closed. */
  readonly closed: boolean;
  /** Where the run began: the token that was committed before, or null. */
  readonly resumedAfter: string | null;
  readonly committedOffsetToken: string | null;
  /** How often it was lost and opened again. */
  readonly reopened: number;
}

/** What became of one table. */
export interface TableReport {
  /** `database.table` in MySQL. */
  readonly source: string;
  /** `DATABASE.SCHEMA.TABLE` in Snowflake. */
  readonly target: string;
  /** One, or one for each range of keys. */
  readonly channels: readonly ChannelReport[];
  /** Rows read from MySQL in this run. */
  readonly rowsRead: number;
  /** Rows that the channel took in in this run. */
  readonly rowsSent: number;
  readonly bytes: number;
  /** Rows that were rejected in this run. */
  readonly rejected: readonly RejectedRecord[];
  readonly rejectedByColumn: readonly RejectedCount[];
  /** Rows that earlier runs wrote into the rejects file and that were not sent again since. */
  readonly rejectedBefore: number;
  /** What policies did to values that are in Snowflake now. */
  readonly policies: readonly PolicyCount[];
  /** From the first row read to the channel closed, so every row committed. */
  readonly ingestSeconds: number;
  /** Whether every row was read; not so when more rows were rejected than the limit allows. */
  readonly complete: boolean;
  readonly proof: Proof;
}

/** A target that a restart empties. */
export interface EmptiedTarget {
  /** `DATABASE.SCHEMA.TABLE` in Snowflake. */
  readonly target: string;
  /** All its rows, whichever program wrote them, as they were counted before. */
  readonly rows: number;
  /** Channels of other loads: they keep their tokens, and so do not send their rows again. */
  readonly otherChannels: readonly string[];
}
