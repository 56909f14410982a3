/** Told how a run goes on; the CLI draws a bar from it, a program may log it. */
export interface Progress {
  /** A table begins; `rows` is how many are to come, estimated in a large table. */
  begin(table: string, rows: number): void;
  /** A batch is in the channel. */
  advance(rows: number, bytes: number): void;
  /** Every row is in the channel. */
  finish(): void;
  /** The run ended before every row was in the channel. */
  stop(): void;
  /** A step that is neither: opening, closing, checking. */
  step(line: string): void;
}

/** Says nothing. */
export const silent: Progress = { begin() {}, advance() {}, finish() {}, stop() {}, step() {} };
