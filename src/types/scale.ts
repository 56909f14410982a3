import type { Cell } from './cell.ts';
import { plainText } from './family.ts';

/**
 * Rejects a value with fractional digits beyond a target's scale. The SDK would silently round a number and truncate
 * a time.
 *
 * @throws RangeError naming the digits.
 */
export function rejectBeyondScale(cell: Exclude<Cell, null>, scale: number): undefined {
  const text = plainText(cell);
  const point = text.indexOf('.');
  if (point < 0) return;
  for (let at = point + 1 + scale; at < text.length; at += 1) {
    if (text[at] !== '0')
      throw new RangeError(`${text} has more than the ${scale} fractional digits of the target`);
  }
}
