import type { Settings, TableSettings } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';
import { displayName } from '../snowflake/identifier.ts';
import { sourceName, type TablePlan, targetName } from './table-plan.ts';

/** Tables by their targets. */
export function byTarget(tables: readonly TableSettings[]): ReadonlyMap<string, readonly TableSettings[]> {
  const found = new Map<string, TableSettings[]>();
  for (const table of tables) {
    const target = displayName(targetName(table));
    found.set(target, [...(found.get(target) ?? []), table]);
  }
  return found;
}

/**
 * Makes sure that no two tables go into one target, unless that is intended. Snowflake takes `People` and `people` for
 * one name, and two databases of MySQL may have tables of one name.
 *
 * @throws SnowstreamError CONFIG_INVALID
 */
export function requireOwnTargets({
  tables,
  sharedTargets,
}: Pick<Settings, 'tables' | 'sharedTargets'>): void {
  for (const error of sharedTargetErrors(tables, sharedTargets).values()) throw error;
}

/** What is wrong with the targets of tables, for each table that is concerned. */
export function sharedTargetErrors(
  tables: readonly TableSettings[],
  isAllowed: boolean,
): ReadonlyMap<TableSettings, SnowstreamError> {
  const errors = new Map<TableSettings, SnowstreamError>();
  for (const [target, sharing] of byTarget(tables)) {
    const problem = problemOf(target, sharing, isAllowed);
    if (problem === undefined) continue;
    for (const table of sharing) errors.set(table, new SnowstreamError('CONFIG_INVALID', problem));
  }
  return errors;
}

function problemOf(
  target: string,
  sharing: readonly TableSettings[],
  isAllowed: boolean,
): string | undefined {
  const names = sharing.map(({ database, source }) => `${database}.${source}`);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    return `${twice} is named twice with the target ${target}, and every row would come twice: name it once`;
  if (names.length === 1 || isAllowed) return undefined;
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)} would go into one target, ${target}: give each a target of its own (--table SOURCE:TARGET, or target in the config file); where they are the shards of one table and meant to go there, --shared-targets loads and checks them together`;
}

/** What tables that share a target have to agree in. */
export type SharingTable = Pick<TablePlan, 'table' | 'target' | 'columns'>;

/**
 * Makes sure that tables which share a target can be checked together.
 *
 * @throws SnowstreamError CONFIG_INVALID when their columns are not the same, in the same types.
 */
export function mustBeOfOneShape(tables: readonly SharingTable[]): void {
  const shapeOf = ({ columns }: SharingTable) =>
    JSON.stringify(columns.map(({ source, target }) => [target, source.columnType]));
  const [first, ...others] = tables;
  const other = others.find((each) => first !== undefined && shapeOf(each) !== shapeOf(first));
  if (first === undefined || other === undefined) return;
  throw new SnowstreamError(
    'CONFIG_INVALID',
    `${sourceName(first)} and ${sourceName(other)} would go into one target, ${displayName(first.target)}, but not with the same columns in the same types, so that they cannot be checked together: choose the same columns for both, or give each a target of its own`,
  );
}
