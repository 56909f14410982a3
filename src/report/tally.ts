import { grouped } from './thousands.ts';

/** Rows and bytes since a moment. */
interface Count {
  readonly started: number;
  rows: number;
  bytes: number;
}

/** One table's, or that of loads of the same table into several targets. */
interface TableCount extends Count {
  expected: number;
  loading: number;
  isWhole: boolean;
}

/** Rows and bytes so far. */
export interface Counted {
  readonly rows: number;
  readonly bytes: number;
  /** Rows a second. */
  readonly rate: number;
}

/** A count as text. */
export interface Shown {
  readonly rows: string;
  /** Rows a second. */
  readonly rate: string;
  readonly megabytes: string;
}

/** Adds up tables that are loaded at once, from the beginning of the first to the end of the last. */
export class Tally {
  readonly #sum: Count = count();
  readonly #tables = new Map<string, TableCount>();

  /** A table begins. */
  begin(table: string, rows: number): void {
    const known = this.#tables.get(table) ?? { ...count(), expected: 0, loading: 0, isWhole: true };
    known.expected += rows;
    known.loading += 1;
    this.#tables.set(table, known);
  }

  /** Adds rows that were sent, or, below zero, takes back rows that have to be sent again. */
  add(table: string, rows: number, bytes: number): void {
    for (const counted of [this.#sum, this.#tables.get(table)]) {
      if (counted === undefined) continue;
      counted.rows += rows;
      counted.bytes += bytes;
    }
  }

  /** Every row of a table was sent. */
  finish(table: string): void {
    const counted = this.#tables.get(table);
    if (counted !== undefined) counted.loading -= 1;
  }

  /** A table's load ended before every row was sent. */
  stop(table: string): void {
    const counted = this.#tables.get(table);
    if (counted !== undefined) counted.isWhole = false;
    this.finish(table);
  }

  /** Whether a table has begun and not finished. */
  get isLoading(): boolean {
    return [...this.#tables.values()].some(({ loading }) => loading > 0);
  }

  /** The table, or how many there are. */
  get name(): string {
    const [first = '', ...others] = this.#tables.keys();
    return others.length === 0 ? first : `${this.#tables.size} tables`;
  }

  get rows(): number {
    return this.#sum.rows;
  }

  /** How many rows there will be. The server's estimate may be short, or too much. */
  get expected(): number {
    return [...this.#tables.values()].reduce(
      (sum, { rows, expected, loading, isWhole }) =>
        sum + (loading > 0 || !isWhole ? Math.max(rows, expected) : rows),
      0,
    );
  }

  /** Of all tables, or of one. */
  counted(table?: string): Counted {
    const { started, rows, bytes } = (table !== undefined && this.#tables.get(table)) || this.#sum;
    const seconds = Math.max((performance.now() - started) / 1000, 0.001);
    return { rows, bytes, rate: rows / seconds };
  }

  /** Of all tables, or of one, for people. */
  shown(table?: string): Shown {
    const { rows, bytes, rate } = this.counted(table);
    return { rows: grouped(rows), rate: grouped(rate), megabytes: (bytes / 1e6).toFixed(1) };
  }
}

const count = (): Count => ({ started: performance.now(), rows: 0, bytes: 0 });
