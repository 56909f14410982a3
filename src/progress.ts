/** Told how a run goes on, of several tables at once; the CLI draws a bar from it, a program may log it. */
export interface Progress {
  /** A table begins, while others are under way; `rows` is how many are to come, estimated in a large table. */
  begin(table: string, rows: number): void;
  /** A batch is in the table's channel; below zero when batches were lost with it and are read again. */
  advance(rows: number, bytes: number, table: string): void;
  /** Every row of the table is in its channel. */
  finish(table: string): void;
  /** The table, or the whole run where none is named, ended before every row was in the channel. */
  stop(table?: string): void;
  /** A step that is neither: opening, closing, checking. */
  step(line: string): void;
  /** Something that a person should look at; where there is no such function, it is a step. */
  warn?(line: string): void;
}

/** Says nothing. */
export const silent: Progress = { begin() {}, advance() {}, finish() {}, stop() {}, step() {} };

/** The part of a run's progress that is one table's. */
export class TableProgress {
  readonly #run: Progress;
  readonly #table: string;
  readonly #isAlone: boolean;

  /** @param isAlone whether no other table is carried at once: its steps need no name then */
  constructor(run: Progress, table: string, isAlone: boolean) {
    this.#run = run;
    this.#table = table;
    this.#isAlone = isAlone;
  }

  /** See {@link Progress.begin}. */
  begin(rows: number): void {
    this.#run.begin(this.#table, rows);
  }

  /** See {@link Progress.advance}. */
  advance(rows: number, bytes: number): void {
    this.#run.advance(rows, bytes, this.#table);
  }

  /** See {@link Progress.finish}. */
  finish(): void {
    this.#run.finish(this.#table);
  }

  /** See {@link Progress.stop}. */
  stop(): void {
    this.#run.stop(this.#table);
  }

  /** See {@link Progress.step}. */
  step(line: string): void {
    const isNamed = this.#isAlone || line.includes(this.#table);
    this.#run.step(isNamed ? line : `${this.#table}: ${line}`);
  }
}
