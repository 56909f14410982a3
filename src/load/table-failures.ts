import type { Settings, TableSettings } from '../config/settings.ts';
import { type ErrorCode, renderError, SnowstreamError } from '../errors.ts';

/** Errors that are no one table's: every further table would meet them too. */
const OF_THE_RUN: ReadonlySet<ErrorCode> = new Set([
  'CONFIG_MISSING',
  'KEY_UNREADABLE',
  'JARS_INVALID',
  'MYSQL_UNREACHABLE',
  'MYSQL_DENIED',
  'SNAPSHOT_BUSY',
  'SNAPSHOT_LOST',
  'JVM_START',
  'JVM_MEMORY',
  'JVM_TIMEOUT',
  'SNOWFLAKE_UNREACHABLE',
  'SNOWFLAKE_DENIED',
  'REJECTS_INVALID',
  'INTERRUPTED',
  'TERMINATED',
]);

/** The tables of a run that failed, each with its error, while the others go on. */
export class TableFailures {
  readonly #errors = new Map<TableSettings, unknown>();
  readonly #endsAtFirst: boolean;

  /** A run of one table has no others to go on with, so that its error is the run's. */
  constructor({ failFast, tables }: Pick<Settings, 'failFast' | 'tables'>) {
    this.#endsAtFirst = failFast || tables.length === 1;
  }

  /**
   * Keeps a table's error.
   *
   * @throws the error itself when it ends the run.
   */
  add(table: TableSettings, error: unknown): void {
    if (this.#endsAtFirst || (error instanceof SnowstreamError && OF_THE_RUN.has(error.code))) throw error;
    this.#errors.set(table, error);
  }

  has(table: TableSettings): boolean {
    return this.#errors.has(table);
  }

  /** The errors that were kept. */
  get errors(): ReadonlyMap<TableSettings, unknown> {
    return this.#errors;
  }
}

/** What is said of a table that failed while the others go on. */
export function goesOnWithout(table: string, error: unknown): string {
  const { code, message } = renderError(error);
  return `${table} failed, and the other tables go on: ${message} [${code}]`;
}
