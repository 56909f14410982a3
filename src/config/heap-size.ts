import { totalmem } from 'node:os';

const BYTES: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };
/** The SDK alone loads classes for some 20 MB. */
const SMALLEST_HEAP = 32 * 2 ** 20;

/**
 * Says whether the JVM can have a heap of this size on this machine.
 *
 * @param size a number with k, m or g, as behind -Xmx
 * @example isHeapSize('512m'); // true
 */
export function isHeapSize(size: string): boolean {
  const [, number, unit = ''] = /^([1-9]\d*)([kmg])$/i.exec(size) ?? [];
  const bytes = Number(number) * (BYTES[unit.toLowerCase()] ?? 0);
  return bytes >= SMALLEST_HEAP && bytes <= totalmem();
}
