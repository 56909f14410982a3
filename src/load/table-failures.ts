import type { Settings, TableSettings } from '../config/settings.ts';
import { factsOfError } from '../errors.ts';
import { renderError } from '../rendered-error.ts';

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
    if (this.#endsAtFirst || factsOfError(error)?.endsRun) throw error;
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
