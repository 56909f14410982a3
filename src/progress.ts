import type { ErrorCode } from './errors.ts';

/** What became of a table, or of a whole run. */
export type Outcome = 'proven' | 'differs' | 'rejected' | 'stopped' | 'failed';

/**
 * What a run, a check or a retry reports while it runs. Tables are named `database.table`, as in MySQL; several may
 * be loaded at once, and then their events are mixed.
 */
export type RunEvent =
  /** Something begins that is none of the below: connecting, planning, closing a channel, checking. */
  | { readonly type: 'step'; readonly message: string; readonly table?: string }
  /** Something that a person should look at. */
  | { readonly type: 'warning'; readonly message: string }
  /** The rows of a table begin; `expectedRows` are those to come, estimated in a large table. */
  | { readonly type: 'table-started'; readonly table: string; readonly expectedRows: number }
  /** A channel is open, and its rows begin after a committed token, or at the start (null). */
  | {
      readonly type: 'channel-opened';
      readonly table: string;
      readonly channel: string;
      readonly resumedAfter: string | null;
    }
  /** A batch is in the table's channel, and not yet committed. */
  | { readonly type: 'rows-sent'; readonly table: string; readonly rows: number; readonly bytes: number }
  /** Snowflake has committed the rows of a channel up to a token; `rows` are all of this run so far. */
  | {
      readonly type: 'rows-committed';
      readonly table: string;
      readonly channel: string;
      readonly rows: number;
      readonly offsetToken: string | null;
    }
  /** A channel was lost and opened again; rows that were sent and not committed are read again. */
  | {
      readonly type: 'channel-reopened';
      readonly table: string;
      readonly channel: string;
      readonly resumedAfter: string | null;
      readonly rowsToRepeat: number;
      readonly bytesToRepeat: number;
    }
  /** Every row of the table is committed, or rejected; the check comes next. */
  | { readonly type: 'table-loaded'; readonly table: string }
  /** The load of the table ended before its last row. */
  | { readonly type: 'table-stopped'; readonly table: string }
  /** What became of the table; the last event of it. */
  | {
      readonly type: 'table-finished';
      readonly table: string;
      readonly outcome: Outcome;
      readonly code?: ErrorCode;
    };

/**
 * Is called with each event, on the thread of the run, which waits for it to return. What it throws ends the run.
 *
 * @example
 * const onEvent: OnEvent = (event) => {
 *   if (event.type === 'rows-committed') console.log(event.table, event.rows);
 * };
 * await run(loadSettings(), { onEvent });
 */
export type OnEvent = (event: RunEvent) => void;

/** The events of a run. */
export class Progress {
  readonly emit: OnEvent;

  /** @param onEvent takes the events; without it nothing is reported */
  constructor(onEvent: OnEvent = () => {}) {
    this.emit = onEvent;
  }

  /** See `step`. */
  step(message: string, table?: string): void {
    this.emit({ type: 'step', message, ...(table !== undefined && { table }) });
  }

  /** See `warning`. */
  warn(message: string): void {
    this.emit({ type: 'warning', message });
  }
}

/** Reports nothing. */
export const silent = new Progress();

/** The events of a run that are one table's. */
export class TableProgress {
  readonly #run: Progress;
  readonly #table: string;
  readonly #isAlone: boolean;

  /** @param isAlone whether no other table is loaded at once: its steps need no name then */
  constructor(run: Progress, table: string, isAlone: boolean) {
    this.#run = run;
    this.#table = table;
    this.#isAlone = isAlone;
  }

  /** See `table-started`. */
  begin(rows: number): void {
    this.#run.emit({ type: 'table-started', table: this.#table, expectedRows: rows });
  }

  /** See `rows-sent`. */
  advance(rows: number, bytes: number): void {
    this.#run.emit({ type: 'rows-sent', table: this.#table, rows, bytes });
  }

  /** See `channel-opened`. */
  opened(channel: string, resumedAfter: string | null): void {
    this.#run.emit({ type: 'channel-opened', table: this.#table, channel, resumedAfter });
  }

  /** See `rows-committed`. */
  committed(channel: string, rows: number, offsetToken: string | null): void {
    this.#run.emit({ type: 'rows-committed', table: this.#table, channel, rows, offsetToken });
  }

  /** See `channel-reopened`. */
  reopened(
    channel: string,
    resumedAfter: string | null,
    { rows, bytes }: { readonly rows: number; readonly bytes: number },
  ): void {
    const repeat = { rowsToRepeat: rows, bytesToRepeat: bytes };
    this.#run.emit({ type: 'channel-reopened', table: this.#table, channel, resumedAfter, ...repeat });
  }

  /** See `table-loaded`. */
  finish(): void {
    this.#run.emit({ type: 'table-loaded', table: this.#table });
  }

  /** See `table-stopped`. */
  stop(): void {
    this.#run.emit({ type: 'table-stopped', table: this.#table });
  }

  /** See `step`. */
  step(line: string): void {
    const isNamed = this.#isAlone || line.includes(this.#table);
    this.#run.step(isNamed ? line : `${this.#table}: ${line}`, this.#table);
  }
}
