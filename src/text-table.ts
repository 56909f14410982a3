import { displayWidth, padded } from './display-width.ts';
import { visible } from './terminal-text.ts';

/**
 * Columns side by side: each as wide as its widest cell is on a terminal, two spaces between them. What a cell holds
 * that a terminal obeys or does not show takes the columns of its number.
 */
export function textTable(rows: readonly (readonly string[])[]): string[] {
  const shown = rows.map((row) => row.map(visible));
  const widths: number[] = [];
  for (const row of shown)
    for (const [index, cell] of row.entries())
      widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell));
  return shown.map((row) =>
    row
      .map((cell, index) => padded(cell, widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
