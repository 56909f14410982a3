import type { TableName } from '../snowflake/identifier.ts';
import type { KeyValue, TableKey } from '../source/key.ts';
import type { SourceTable } from '../source/table.ts';
import type { FittedColumn } from '../types/column-mapping.ts';

/** What to compare. */
export interface CheckRequest {
  readonly table: SourceTable;
  /** Absent for a table without a key. */
  readonly keyset?: TableKey | undefined;
  readonly target: TableName;
  readonly columns: readonly FittedColumn[];
  /** Whether every value is hashed too, which costs a read of all rows on both sides. */
  readonly checksum: boolean;
  /** Keys of rows that were rejected, each once: they are excluded on the source's side. */
  readonly rejectedKeys: readonly KeyValue[];
  /** Rejected rows of a table without a key: nothing identifies them, so that only rows are counted. */
  readonly rejectedWithoutKey?: number;
  /** Why not every row was loaded; then rows are counted, and nothing is proven. */
  readonly unfinished?: string | undefined;
  /** One for each channel. */
  readonly offsetTokens: readonly CheckedToken[];
}

/** The token that a channel should have committed, and the one that it has. */
export interface CheckedToken {
  readonly channel: string;
  readonly expected: string | null;
  readonly committed: string | null;
}
