import { visible, visibleLines } from '../terminal-text.ts';
import { barText } from './bar-text.ts';
import type { ProgressView } from './progress-view.ts';
import { StatusLine } from './status-line.ts';
import { Tally } from './tally.ts';

/** Milliseconds between two lines where there is no terminal to draw on. */
const LINE_INTERVAL = 2_000;
/** Milliseconds between two drawings of a bar. */
const DRAW_INTERVAL = 100;
/** Milliseconds after which a bar is drawn again without progress: its rate falls. */
const REDRAW_INTERVAL = 500;

/** Progress on a stream that other lines go to. */
export interface TerminalProgress extends ProgressView {
  /** Leaves the last drawing on the screen; nothing is drawn afterwards. */
  end(): void;
}

/**
 * Shows a run on stderr: a bar with rows, rows/s and megabytes on a terminal, plain lines elsewhere. Tables that are
 * loaded at once have one bar, which adds them up.
 *
 * @example await run(settings, { onEvent: eventsTo(terminalProgress(process.stderr)) });
 */
export function terminalProgress(stream: NodeJS.WriteStream): TerminalProgress {
  // Terminals of this name, such as that of Emacs, do not support control sequences.
  return stream.isTTY && process.env.TERM !== 'dumb' ? new BarProgress(stream) : new LineProgress(stream);
}

class BarProgress implements TerminalProgress {
  readonly #stream: NodeJS.WriteStream;
  #status: StatusLine | undefined;
  #tally = new Tally();
  #timer: NodeJS.Timeout | undefined;
  #drawnAt = 0;
  #hasEnded = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  begin(table: string, rows: number): void {
    if (this.#hasEnded) return;
    if (this.#status === undefined) this.#tally = new Tally();
    this.#tally.begin(table, rows);
    if (this.#status !== undefined) {
      this.#draw();
      return;
    }
    this.#status = new StatusLine(this.#stream, (columns) => this.#text(columns));
    this.#timer = setInterval(() => this.#draw(), REDRAW_INTERVAL).unref();
  }

  advance(rows: number, bytes: number, table: string): void {
    this.#tally.add(table, rows, bytes);
    if (performance.now() - this.#drawnAt >= DRAW_INTERVAL) this.#draw();
  }

  finish(table: string): void {
    this.#tally.finish(table);
    this.#drawOrEnd();
  }

  stop(table: string): void {
    this.#tally.stop(table);
    this.#drawOrEnd();
  }

  step(line: string): void {
    const shown = visibleLines([line]);
    if (this.#status === undefined) this.#stream.write(shown);
    else this.#status.above(shown);
  }

  end(): void {
    this.#hasEnded = true;
    this.#endLine();
  }

  #drawOrEnd(): void {
    if (this.#tally.isLoading) this.#draw();
    else this.#endLine();
  }

  #draw(): void {
    this.#drawnAt = performance.now();
    this.#status?.draw();
  }

  #endLine(): void {
    clearInterval(this.#timer);
    this.#status?.end();
    this.#status = undefined;
  }

  #text(columns: number): string {
    const { rows, expected, name } = this.#tally;
    const part = expected > 0 ? rows / expected : 1;
    return barText({ ...this.#tally.shown(), name: visible(name), part }, columns);
  }
}

class LineProgress implements TerminalProgress {
  readonly #stream: NodeJS.WriteStream;
  #tally = new Tally();
  #lastLine = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  begin(table: string, rows: number): void {
    if (!this.#tally.isLoading) {
      this.#tally = new Tally();
      this.#lastLine = performance.now();
    }
    this.#tally.begin(table, rows);
  }

  advance(rows: number, bytes: number, table: string): void {
    this.#tally.add(table, rows, bytes);
    if (performance.now() - this.#lastLine < LINE_INTERVAL) return;
    this.#lastLine = performance.now();
    this.#write();
  }

  finish(table: string): void {
    this.#tally.finish(table);
    this.#write(table);
  }

  stop(table: string): void {
    this.#tally.stop(table);
  }

  step(line: string): void {
    this.#stream.write(visibleLines([line]));
  }

  end(): void {}

  /** @param table one table; all of them when not given */
  #write(table?: string): void {
    const { rows, rate, megabytes } = this.#tally.shown(table);
    this.step(`${table ?? this.#tally.name}: ${rows} rows, ${rate} rows/s, ${megabytes} MB`);
  }
}
