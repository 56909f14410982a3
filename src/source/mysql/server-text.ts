import type { Cell } from '../../types/cell.ts';

/** The text of a cell of an answer, some of which servers send as bytes; null for NULL. */
export const cellText = (cell: Cell): string | null =>
  cell === null ? null : Buffer.isBuffer(cell) ? cell.toString() : String(cell);
