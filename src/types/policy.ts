/**
 * What becomes of values that have no exact form in Snowflake, or more than one: for each policy its choices, the
 * default first. Nothing else changes a value, and every application is counted.
 */
export const POLICY_CHOICES = {
  zeroDates: ['null', 'epoch', 'reject'],
  outOfDayTimes: ['reject', 'text'],
  wideDecimals: ['text', 'number'],
  tinyint1: ['number', 'boolean'],
  oversized: ['reject', 'null'],
  invalidText: ['reject', 'null'],
  narrowColumns: ['error', 'reject'],
  sets: ['text', 'array'],
} as const;

/** The name of a policy, which is also that of its setting. */
export type PolicyName = keyof typeof POLICY_CHOICES;

/** The policies of a column, of a table or of a run. */
export type Policies = { readonly [Name in PolicyName]: (typeof POLICY_CHOICES)[Name][number] };

/** Every policy at its default. */
export const DEFAULT_POLICIES: Policies = {
  zeroDates: 'null',
  outOfDayTimes: 'reject',
  wideDecimals: 'text',
  tinyint1: 'number',
  oversized: 'reject',
  invalidText: 'reject',
  narrowColumns: 'error',
  sets: 'text',
};

/** A value that a policy put in the place of one that cannot be encoded. */
export interface Replacement {
  readonly policy: PolicyName;
  /** In the form of the column's Java class; null for SQL NULL. */
  readonly text: string | null;
}

/** A replacement that went into a row. */
export interface PolicyApplication {
  /** Position of the row in its batch, from 0. */
  readonly index: number;
  /** The key of the column in the HashMap. */
  readonly column: string;
  readonly policy: PolicyName;
}
