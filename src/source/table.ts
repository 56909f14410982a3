import type { SourceColumn } from '../types/source-column.ts';

/** A table by its name. */
export interface SourceTableName {
  readonly database: string;
  readonly name: string;
}

/** A table as its source describes it. */
export interface SourceTable extends SourceTableName {
  readonly kind: 'BASE TABLE' | 'VIEW';
  /** Who stores it; absent for a view. */
  readonly engine?: string;
  readonly columns: readonly SourceColumn[];
  /** The columns of the primary key, or of a unique key without nulls, in key order; empty when there is none. */
  readonly key: readonly SourceColumn[];
  /** An estimate; right for small tables only. */
  readonly estimatedRows: number;
  /** An estimate of bytes a row, at least 1. */
  readonly averageRowBytes: number;
}
