/** Columns of a terminal that does not say how many it has. */
const USUAL_COLUMNS = 80;

/** Moves to the first column and erases everything after it. */
const WIPE = '\r\u001b[J';
/**
 * A line that is too long is cut, not wrapped, and the cursor goes back: the window may have become narrower a moment
 * ago, and the resize event not have arrived.
 */
const CUT = '\u001b[?7l';
const WRAP_AGAIN = '\u001b[?7h';

/**
 * One line at the bottom of a terminal that changes, with other lines above it.
 *
 * It is always shorter than the terminal is wide, and the cursor stays at its first column. So however the terminal
 * reflows it when its size changes, all of it is after the cursor, and can be erased.
 */
export class StatusLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #textFor: (columns: number) => string;
  readonly #redraw = (): void => this.draw();

  /** @param textFor makes the line, with at most this many columns */
  constructor(stream: NodeJS.WriteStream, textFor: (columns: number) => string) {
    this.#stream = stream;
    this.#textFor = textFor;
    stream.on('resize', this.#redraw);
    this.draw();
  }

  /** Redraws the line. */
  draw(): void {
    this.#stream.write(`${WIPE}${this.#line}\r`);
  }

  /** Writes lines above it, each with its end. */
  above(lines: string): void {
    this.#stream.write(`${WIPE}${lines}${this.#line}\r`);
  }

  /** Leaves the line on the screen, so that other lines can follow. */
  end(): void {
    this.#stream.off('resize', this.#redraw);
    this.#stream.write(`${WIPE}${this.#line}\n`);
  }

  get #line(): string {
    // A line as wide as the terminal would leave the cursor where terminals differ. Some say that they have 0 columns.
    const text = this.#textFor((this.#stream.columns || USUAL_COLUMNS) - 1);
    return `${CUT}${text}${WRAP_AGAIN}`;
  }
}
