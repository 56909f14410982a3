/** LIKE against names, as in SHOW and SELECT * ILIKE: `%` and `_`, without regard to case. */
export function likePattern(like: string): RegExp {
  const source = like
    .replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(`^${source}$`, 'is');
}
