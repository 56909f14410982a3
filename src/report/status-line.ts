/** Columns of a terminal that does not say how many it has. */
const USUAL_COLUMNS = 80;

/** To the first column, and everything from there on away. */
const WIPE = '\r\u001b[J';

/**
 * One line at the bottom of a terminal that changes, with other lines above it.
 *
 * It is always shorter than the terminal is wide, and the cursor waits at its first column: so whatever the terminal
 * makes of it when its size changes, all of it is from the cursor on, and can be wiped.
 */
export class StatusLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #textFor: (columns: number) => string;
  readonly #redraw = (): void => this.draw();

  /** @param textFor makes the line, of so many columns at most */
  constructor(stream: NodeJS.WriteStream, textFor: (columns: number) => string) {
    this.#stream = stream;
    this.#textFor = textFor;
    stream.on('resize', this.#redraw);
    this.draw();
  }

  /** Puts the line as it is now in the place of what it was. */
  draw(): void {
    this.#stream.write(`${WIPE}${this.#text}\r`);
  }

  /** Writes lines above it. */
  above(lines: string): void {
    this.#stream.write(`${WIPE}${lines}\n${this.#text}\r`);
  }

  /** Leaves the line where it is, for other lines to follow. */
  end(): void {
    this.#stream.off('resize', this.#redraw);
    this.#stream.write(`${WIPE}${this.#text}\n`);
  }

  get #text(): string {
    // A line as wide as the terminal would leave the cursor where terminals differ. Some say that they have 0 columns.
    return this.#textFor((this.#stream.columns || USUAL_COLUMNS) - 1);
  }
}
