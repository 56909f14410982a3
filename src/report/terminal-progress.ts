import { SingleBar } from 'cli-progress';
import type { Progress } from './progress.ts';
import { visible } from './visible.ts';

/** Milliseconds between two lines where there is no terminal to draw on. */
const LINE_INTERVAL = 2_000;

/**
 * Shows a run on stderr: a bar with rows, rows/s and megabytes on a terminal, plain lines elsewhere.
 *
 * @example await run(settings, { progress: terminalProgress(process.stderr) });
 */
export function terminalProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? new BarProgress(stream) : new LineProgress(stream);
}

/** Rows and bytes since the start of a table. */
class Tally {
  readonly #started = performance.now();
  rows = 0;
  bytes = 0;

  add(rows: number, bytes: number): void {
    this.rows += rows;
    this.bytes += bytes;
  }

  get shown(): { readonly rate: string; readonly megabytes: string } {
    const seconds = Math.max((performance.now() - this.#started) / 1000, 0.001);
    return { rate: grouped(this.rows / seconds), megabytes: (this.bytes / 1e6).toFixed(1) };
  }
}

class BarProgress implements Progress {
  readonly #stream: NodeJS.WriteStream;
  #bar: SingleBar | undefined;
  #tally = new Tally();

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  begin(table: string, rows: number): void {
    this.#tally = new Tally();
    this.#bar = new SingleBar({
      stream: this.#stream,
      format: `${visible(table)} [{bar}] {value} rows · {rate} rows/s · {megabytes} MB`,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 24,
      formatValue: (value, _options, type) => (type === 'value' ? grouped(value) : String(value)),
      hideCursor: true,
    });
    this.#bar.start(rows, 0, this.#tally.shown);
  }

  advance(rows: number, bytes: number): void {
    this.#tally.add(rows, bytes);
    // The server's estimate may be short; a bar beyond its end looks broken.
    if (this.#bar && this.#tally.rows > this.#bar.getTotal()) this.#bar.setTotal(this.#tally.rows);
    this.#bar?.update(this.#tally.rows, this.#tally.shown);
  }

  finish(): void {
    this.#bar?.setTotal(this.#tally.rows);
    this.#bar?.update(this.#tally.rows, this.#tally.shown);
    this.#bar?.stop();
    this.#bar = undefined;
  }

  step(line: string): void {
    // In the place of the bar, which draws itself again below.
    if (this.#bar !== undefined) this.#stream.write('\r\u001b[K');
    this.#stream.write(`${visible(line)}\n`);
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}

class LineProgress implements Progress {
  readonly #stream: NodeJS.WriteStream;
  #table = '';
  #tally = new Tally();
  #lastLine = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  begin(table: string): void {
    this.#table = table;
    this.#tally = new Tally();
    this.#lastLine = performance.now();
  }

  advance(rows: number, bytes: number): void {
    this.#tally.add(rows, bytes);
    if (performance.now() - this.#lastLine < LINE_INTERVAL) return;
    this.#lastLine = performance.now();
    this.#write();
  }

  finish(): void {
    this.#write();
  }

  step(line: string): void {
    this.#stream.write(`${visible(line)}\n`);
  }

  stop(): void {}

  #write(): void {
    const { rate, megabytes } = this.#tally.shown;
    this.step(`${this.#table}: ${grouped(this.#tally.rows)} rows, ${rate} rows/s, ${megabytes} MB`);
  }
}

/** A whole number with a comma between thousands: `100,000`. */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
