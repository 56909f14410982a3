/** How near the local Snowflake comes to Snowflake: the same, the same but for what is said, or not at all. */
export type Level = 'exact' | 'unsupported' | { readonly close: string };

/** An error by its six-digit code and SQL state; `names` is a piece of its message. */
export interface ExpectedError {
  readonly code: string;
  readonly state: string;
  readonly names?: string;
}

/** What Snowflake answers: one cell, rows of cells as text, or an error. */
export type Expected = string | null | readonly (readonly (string | null)[])[] | ExpectedError;

/** What can be expected of the columns besides their cells. */
export interface Columns {
  /** Compares these columns only, by name and in this order. */
  readonly only?: readonly string[];
  readonly names?: readonly string[];
  /** As DESCRIBE prints them, e.g. `NUMBER(7,6)`. */
  readonly types?: readonly string[];
}

/** Statements, of which the last is looked at, and what Snowflake's documentation has for it. */
export type Proof = readonly [sql: string | readonly string[], expected: Expected, columns?: Columns];

/** A feature, by the name that Snowflake's documentation gives it, and its proofs. */
export interface Case {
  readonly name: string;
  readonly level: Level;
  readonly proofs: readonly Proof[];
}

/** A family of features: one table of docs/emulator.md. */
export interface Family {
  readonly title: string;
  readonly cases: readonly Case[];
}

/** A feature that answers what Snowflake answers. */
export function exact(name: string, ...proofs: readonly Proof[]): Case {
  return { name, level: 'exact', proofs };
}

/** A feature that differs from Snowflake's in something that can be named. */
export function close(name: string, how: string, ...proofs: readonly Proof[]): Case {
  return { name, level: { close: how }, proofs };
}

/** A feature that is not there; the answer says so by name. */
export function unsupported(name: string, sql: string | readonly string[], names: string): Case {
  return { name, level: 'unsupported', proofs: [[sql, { code: '000002', state: '0A000', names }]] };
}
