import type { OnEvent } from '../progress.ts';

/** Shows how a run goes on, of several tables at once. */
export interface ProgressView {
  /** Rows of a table begin, while others may be loaded; `rows` is how many are to come. */
  begin(table: string, rows: number): void;
  /** Rows were sent; below zero when a channel was lost, and they are sent again. */
  advance(rows: number, bytes: number, table: string): void;
  /** Every row of the table is committed. */
  finish(table: string): void;
  /** The load of the table ended before its last row. */
  stop(table: string): void;
  step(line: string): void;
  warn?(line: string): void;
}

/** Shows the events of a run. */
export function eventsTo(view: ProgressView): OnEvent {
  return (event) => {
    switch (event.type) {
      case 'table-started':
        return view.begin(event.table, event.expectedRows);
      case 'rows-sent':
        return view.advance(event.rows, event.bytes, event.table);
      case 'channel-reopened':
        return view.advance(-event.rowsToRepeat, -event.bytesToRepeat, event.table);
      case 'table-loaded':
        return view.finish(event.table);
      case 'table-stopped':
        return view.stop(event.table);
      case 'step':
        return view.step(event.message);
      case 'warning':
        return view.warn === undefined ? view.step(`warning: ${event.message}`) : view.warn(event.message);
    }
  };
}
