import { SnowstreamError } from '../errors.ts';
import { textTable } from '../text-table.ts';
import type { Incompatibility } from './column-mapping.ts';

/** All incompatible columns as a table: column, its types, a type that fits, what would be lost. */
export function incompatibilityTable(incompatibilities: readonly Incompatibility[]): string[] {
  return textTable([
    ['column', 'source type', 'target type', 'fitting type', 'what would be lost'],
    ...incompatibilities.map(({ column, source = '-', target = '-', fitting = '-', lost }) => [
      ...[column, source, target, fitting],
      lost,
    ]),
  ]);
}

/**
 * The error of a target that is incompatible: how many columns and the first of them in its line, all of them in its
 * detail.
 *
 * @param table the target, for people
 * @param incompatibilities at least one
 */
export function incompatibilityError(
  table: string,
  incompatibilities: readonly Incompatibility[],
): SnowstreamError {
  const [first] = incompatibilities;
  const types = [first?.source, first?.target].filter((type) => type !== undefined).join(' into ');
  const count =
    incompatibilities.length === 1 ? 'column' : `${incompatibilities.length} columns, the first is`;
  return new SnowstreamError(
    'CONFIG_INVALID',
    `${table} is incompatible: ${count} ${first?.column} (${types}), which would lose ${first?.lost}`,
    { detail: incompatibilityTable(incompatibilities) },
  );
}
