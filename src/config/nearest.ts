/**
 * Finds the known name that a mistyped one most likely means; undefined when none is near.
 *
 * @example nearest('MYSQL_HOTS', ['MYSQL_HOST', 'MYSQL_PORT']); // 'MYSQL_HOST'
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  // A name of two letters is not meant for any other of two.
  const limit = Math.min(Math.max(2, Math.floor(name.length / 3)), name.length - 1);
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of known) {
    const distance = editDistance(bare(name), bare(candidate));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

// Case, dots and hyphens are what people mix up between the spellings of one setting.
function bare(name: string): string {
  return name.toLowerCase().replace(/[-_.]/gu, '');
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
