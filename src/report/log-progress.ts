import type { Logger } from '../log.ts';
import type { OnEvent } from '../progress.ts';
import { eventsTo, type ProgressView } from './progress-view.ts';
import { Tally } from './tally.ts';

/** Milliseconds between two lines of a table. */
const LINE_INTERVAL = 2_000;

/** Logs the progress of a run, for programs that read lines: each with the table, its rows and bytes so far. */
export function logProgress(log: Logger): OnEvent {
  return eventsTo(new LogProgress(log));
}

class LogProgress implements ProgressView {
  readonly #log: Logger;
  readonly #tally = new Tally();
  readonly #lastLine = new Map<string, number>();

  constructor(log: Logger) {
    this.#log = log;
  }

  begin(table: string, rows: number): void {
    this.#tally.begin(table, rows);
    this.#lastLine.set(table, performance.now());
    this.#log.info({ table, expectedRows: rows }, 'table begins');
  }

  advance(rows: number, bytes: number, table: string): void {
    this.#tally.add(table, rows, bytes);
    if (performance.now() - (this.#lastLine.get(table) ?? 0) < LINE_INTERVAL) return;
    this.#lastLine.set(table, performance.now());
    this.#write(table, 'rows sent');
  }

  finish(table: string): void {
    this.#tally.finish(table);
    this.#write(table, 'all rows sent');
  }

  stop(table: string): void {
    this.#tally.stop(table);
    this.#write(table, 'stopped');
  }

  step(line: string): void {
    this.#log.info(line);
  }

  warn(line: string): void {
    this.#log.warn(line);
  }

  #write(table: string, line: string): void {
    const { rows, bytes, rate } = this.#tally.counted(table);
    this.#log.info({ table, rows, bytes, rowsPerSecond: Math.round(rate) }, line);
  }
}
