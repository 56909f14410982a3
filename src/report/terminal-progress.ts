import { SingleBar } from 'cli-progress';
import type { Progress } from './progress.ts';
import { Tally } from './tally.ts';
import { grouped } from './thousands.ts';
import { visible } from './visible.ts';

/** Milliseconds between two lines where there is no terminal to draw on. */
const LINE_INTERVAL = 2_000;

/**
 * Shows a run on stderr: a bar with rows, rows/s and megabytes on a terminal, plain lines elsewhere. Tables that are
 * carried at once have one bar, which adds them up.
 *
 * @example await run(settings, { progress: terminalProgress(process.stderr) });
 */
export function terminalProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? new BarProgress(stream) : new LineProgress(stream);
}

class BarProgress implements Progress {
  readonly #stream: NodeJS.WriteStream;
  #bar: SingleBar | undefined;
  #tally = new Tally();

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  begin(table: string, rows: number): void {
    if (this.#bar === undefined) {
      this.#tally = new Tally();
      this.#tally.begin(table, rows);
      this.#bar = new SingleBar({
        stream: this.#stream,
        format: '{tables} [{bar}] {value} rows · {rate} rows/s · {megabytes} MB',
        barCompleteChar: '█',
        barIncompleteChar: '░',
        barsize: 24,
        formatValue: (value, _options, type) => (type === 'value' ? grouped(value) : String(value)),
        hideCursor: true,
      });
      this.#bar.start(rows, 0, this.#shown);
    } else {
      this.#tally.begin(table, rows);
      this.#draw();
    }
  }

  advance(rows: number, bytes: number, table: string): void {
    this.#tally.add(table, rows, bytes);
    this.#draw();
  }

  finish(table: string): void {
    this.#tally.finish(table);
    this.#draw();
    if (!this.#tally.isUnderWay) this.stop();
  }

  step(line: string): void {
    // In the place of the bar, which draws itself again below.
    if (this.#bar !== undefined) this.#stream.write('\r\u001b[K');
    this.#stream.write(`${visible(line)}\n`);
  }

  stop(table?: string): void {
    if (table !== undefined) this.#tally.finish(table);
    if (table !== undefined && this.#tally.isUnderWay) return;
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #draw(): void {
    this.#bar?.setTotal(this.#tally.expected);
    this.#bar?.update(this.#tally.rows, this.#shown);
  }

  get #shown() {
    const { rate, megabytes } = this.#tally.shown();
    return { tables: visible(this.#tally.name), rate, megabytes };
  }
}

class LineProgress implements Progress {
  readonly #stream: NodeJS.WriteStream;
  #tally = new Tally();
  #lastLine = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  begin(table: string, rows: number): void {
    if (!this.#tally.isUnderWay) {
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

  step(line: string): void {
    this.#stream.write(`${visible(line)}\n`);
  }

  stop(table?: string): void {
    if (table !== undefined) this.#tally.finish(table);
  }

  /** @param table one of them; all, when it is not given */
  #write(table?: string): void {
    const { rows, rate, megabytes } = this.#tally.shown(table);
    this.step(`${table ?? this.#tally.name}: ${rows} rows, ${rate} rows/s, ${megabytes} MB`);
  }
}
