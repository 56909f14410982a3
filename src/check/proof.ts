/** One aggregate of one column, or of all, on both sides. */
export interface ColumnComparison {
  readonly source: string;
  readonly target: string;
  /** What was compared; a checksum is over all rows and all columns that can be hashed. */
  readonly aggregate: 'nulls' | 'min' | 'max' | 'checksum';
  readonly sourceValue: string | null;
  readonly targetValue: string | null;
  readonly equal: boolean;
}

/** Rows that differ in one way. */
export interface DifferingKeys {
  readonly rows: number;
  /** The keys of the first of them, as texts; bytes are hex. */
  readonly first: readonly (readonly string[])[];
}

/** Which rows differ, by their keys. */
export interface DifferingRows {
  /** In the source and not in the target. */
  readonly missing: DifferingKeys;
  /** In the target and not in the source. */
  readonly unexpected: DifferingKeys;
  /** On both sides, with other values, or more often than once in the target. */
  readonly different: DifferingKeys;
}

/** What the check found: the proof of a load, or the differences. */
export interface Proof {
  readonly sourceRows: number;
  readonly targetRows: number;
  /** Rows that were rejected, and so are expected to be missing in the target. */
  readonly rejectedRows: number;
  readonly columns: readonly ColumnComparison[];
  /** Rows alone were counted: rejected rows of a table without a key cannot be excluded from anything else. */
  readonly onlyRows: boolean;
  /** One for each channel. */
  readonly offsetTokens: readonly {
    readonly channel: string;
    readonly expected: string | null;
    readonly committed: string | null;
    readonly equal: boolean;
  }[];
  /** Which rows differ, where finding out is cheap: see docs/guarantees.md. */
  readonly rows?: DifferingRows;
  /** A line for each thing that differs; empty when the load is proven. */
  readonly differences: readonly string[];
}

/**
 * Whether the load is proven.
 *
 * @example
 * for (const { source, proof } of await check(loadSettings({ sqlOnly: true })))
 *   console.log(source, isProven(proof));
 */
export function isProven(proof: Proof): boolean {
  return proof.differences.length === 0;
}

/** Rows of the source that are missing in the targets by right, as they were rejected. */
export function missingRows(tables: readonly { readonly proof: Proof }[]): number {
  // Tables that share a target share its proof.
  const proofs = new Set(tables.map(({ proof }) => proof));
  return [...proofs].reduce((rows, { rejectedRows }) => rows + rejectedRows, 0);
}
