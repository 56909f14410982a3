import { SnowstreamError } from '../errors.ts';
import { textTable } from '../text-table.ts';
import type { Misfit } from './column-mapping.ts';

/** What does not fit in one table: column, its types, a type that fits, what would be lost. */
export function misfitTable(misfits: readonly Misfit[]): string[] {
  return textTable([
    ['column', 'source type', 'target type', 'fitting type', 'what would be lost'],
    ...misfits.map(({ column, source = '-', target = '-', fitting = '-', lost }) => [
      ...[column, source, target, fitting],
      lost,
    ]),
  ]);
}

/**
 * The error of a target that does not fit: how many columns and the first of them in its line, all of them in its
 * detail.
 *
 * @param table the target, for people
 * @param misfits at least one
 */
export function misfitError(table: string, misfits: readonly Misfit[]): SnowstreamError {
  const [first] = misfits;
  const types = [first?.source, first?.target].filter((type) => type !== undefined).join(' into ');
  const count = misfits.length === 1 ? 'column' : `${misfits.length} columns, the first is`;
  return new SnowstreamError(
    'CONFIG_INVALID',
    `${table} does not fit: ${count} ${first?.column} (${types}), which would lose ${first?.lost}`,
    { detail: misfitTable(misfits) },
  );
}
