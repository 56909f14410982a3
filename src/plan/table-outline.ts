import type { TableSettings } from '../config/settings.ts';
import { type ErrorCode, SnowstreamError } from '../errors.ts';
import { renderError } from '../rendered-error.ts';
import { channelsOfEach, type StoredChannel } from '../snowflake/channels.ts';
import { describeTargets } from '../snowflake/described-targets.ts';
import { displayName } from '../snowflake/identifier.ts';
import type { SnowflakeSession } from '../snowflake/session.ts';
import { outlineTarget, type Target } from '../snowflake/target.ts';
import type { Source } from '../source/source.ts';
import type { SourceTable } from '../source/table.ts';
import { goldColumnsError } from '../transform/gold-settings.ts';
import { goldTargetError } from '../transform/gold-target.ts';
import { backfillValue } from '../types/backfill-value.ts';
import type { FittedColumn, Incompatibility } from '../types/column-mapping.ts';
import { javaClassName } from '../types/family.ts';
import { incompatibilityError } from '../types/incompatibility.ts';
import { type PolicyEffect, policyEffects, staysNotNull } from '../types/policy-effects.ts';
import { snowflakeTypeSql } from '../types/snowflake-type.ts';
import { resumableState } from './resumable.ts';
import { mustBeOfOneShape, type SharingTable, sharedTargetErrors } from './shared-target.ts';
import { loadNames, mappedColumns, type PlanOptions, targetName } from './table-plan.ts';

/** One column, from source to target. */
export interface OutlinedColumn {
  readonly source: string;
  readonly sourceType: string;
  readonly target: string;
  readonly targetType: string;
  /** The Java class in which values reach the SDK. */
  readonly java: string;
  readonly policies: readonly PolicyEffect[];
  /** What else becomes of values, a line each. */
  readonly notes: readonly string[];
}

/** What a run would do with a table before its first row moves, and what keeps it from starting. */
export interface TableOutline {
  /** `database.table` in MySQL. */
  readonly source: string;
  /** `DATABASE.SCHEMA.TABLE` in Snowflake. */
  readonly target: string;
  readonly state: 'exists' | 'missing';
  /** The columns of the key to read by. */
  readonly key: readonly string[];
  readonly columns: readonly OutlinedColumn[];
  /** The statements that make what the target lacks, in their order. */
  readonly ddl: readonly string[];
  /** The flag without which they are not run. */
  readonly ddlNeeds?: string;
  readonly incompatibilities: readonly Incompatibility[];
  /** A run starts when there are none. */
  readonly problems: readonly { readonly code: ErrorCode; readonly message: string }[];
}

/** Looks at both sides of every table, and changes nothing. A table that cannot be loaded has its problems in its outline. */
export async function outlineTables(
  source: Source,
  snowflake: SnowflakeSession,
  tables: readonly TableSettings[],
  options: PlanOptions,
): Promise<TableOutline[]> {
  const [described, targets] = await Promise.all([
    source.describe(tables.map((table) => ({ database: table.database, name: table.source }))),
    describeTargets(snowflake, tables.map(targetName)),
  ]);
  // What is asked of one target after the other would take its time for hundreds.
  const existing = tables.map(targetName).filter((_, index) => 'columns' in (targets[index] ?? {}));
  const channels = options.restart ? new Map() : await channelsOfEach(snowflake, existing);
  const shared = sharedTargetErrors(tables, options.sharedTargets ?? false);
  const outlines: TableOutline[] = [];
  const fitted: SharingTable[] = [];
  for (const [index, wanted] of tables.entries()) {
    const [table, target] = [described[index], targets[index]];
    if (table === undefined || target === undefined) continue;
    const stored = channels.get(displayName(targetName(wanted)));
    // The gold table is made from the first one.
    const gold = index === 0 ? options.gold : undefined;
    const goldFault = gold && (await goldTargetError(snowflake, targetName(wanted), gold.table));
    const sides = { table, target, stored, shared: shared.get(wanted), goldFault };
    const outlined = await outlineTable(source, wanted, sides, { ...options, gold });
    outlines.push(outlined.outline);
    if (outlined.fitted !== undefined) fitted.push(outlined.fitted);
  }
  return options.sharedTargets ? withShapes(outlines, fitted) : outlines;
}

/** Says of tables that share a target when their columns are not the same. */
function withShapes(outlines: readonly TableOutline[], fitted: readonly SharingTable[]): TableOutline[] {
  return outlines.map((outline) => {
    try {
      mustBeOfOneShape(fitted.filter(({ target }) => displayName(target) === outline.target));
      return outline;
    } catch (error) {
      const { code, message } = renderError(error);
      return { ...outline, problems: [...outline.problems, { code, message }] };
    }
  });
}

/** What is found on both sides. */
interface BothSides {
  readonly table: SourceTable | SnowstreamError;
  readonly target: Target;
  /** The channels of a target that exists; none where they do not matter. */
  readonly stored: readonly StoredChannel[] | SnowstreamError | undefined;
  /** What is wrong with a target that several tables have. */
  readonly shared: SnowstreamError | undefined;
  /** What is wrong with the object that has the name of the gold table. */
  readonly goldFault: SnowstreamError | undefined;
}

async function outlineTable(
  source: Source,
  wanted: TableSettings,
  { table, target, stored, shared, goldFault }: BothSides,
  options: PlanOptions,
): Promise<{ readonly outline: TableOutline; readonly fitted?: SharingTable }> {
  const name = targetName(wanted);
  const errors: SnowstreamError[] = shared === undefined ? [] : [shared];
  const attempt = async <T>(work: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SnowstreamError)) throw error;
      errors.push(error);
      return undefined;
    }
  };
  const found = await attempt(() => {
    if (table instanceof SnowstreamError) throw table;
    return table;
  });
  const keyset = found && (await attempt(() => source.chooseKey(found, wanted.key, options.resume ?? true)));
  const mapped = found && (await attempt(() => mappedColumns(source, found, wanted, options)));
  const outline = mapped && outlineTarget(name, target, mapped, options);
  if (outline?.problem !== undefined) errors.push(outline.problem);
  if (outline !== undefined && outline.incompatibilities.length > 0)
    errors.push(incompatibilityError(displayName(name), outline.incompatibilities));
  if (options.gold !== undefined && outline !== undefined) {
    const there = 'columns' in target ? target.columns.map((column) => column.name) : [];
    const fault = goldColumnsError(name, [...there, ...outline.columns.map((column) => column.target)]);
    if (fault !== undefined) errors.push(fault);
  }
  if (goldFault !== undefined) errors.push(goldFault);
  // A target that is no table, or not one to stream into, is a problem already.
  if (stored instanceof SnowstreamError && errors.length === 0) errors.push(stored);
  if (found !== undefined && stored !== undefined && !(stored instanceof SnowstreamError))
    await attempt(async () => {
      const load = await loadNames(found, wanted, keyset?.columns, () => stored);
      resumableState(stored, { table: found, target: name, load });
    });
  const result: TableOutline = {
    source: `${wanted.database}.${wanted.source}`,
    target: displayName(name),
    state: 'missing' in target ? 'missing' : 'exists',
    key: keyset?.columns.map((column) => column.name) ?? [],
    columns: outline?.columns.map((column) => outlineColumn(column, target)) ?? [],
    ddl: outline?.ddl ?? [],
    ...(outline?.ddlNeeds !== undefined && { ddlNeeds: outline.ddlNeeds }),
    incompatibilities: outline?.incompatibilities ?? [],
    problems: errors.map((error) => {
      const { code, message } = renderError(error);
      return { code, message };
    }),
  };
  return {
    outline: result,
    ...(found && outline && { fitted: { table: found, target: name, columns: outline.columns } }),
  };
}

function outlineColumn(column: FittedColumn, target: Target): OutlinedColumn {
  const { source, type, encoder } = column;
  const existing =
    'columns' in target ? target.columns.find(({ name }) => name === column.target) : undefined;
  const isNew = 'columns' in target && existing === undefined;
  const isUnfilled = isNew && backfillValue(column) === undefined;
  const notNull = existing === undefined ? staysNotNull(column) && !isUnfilled : !existing.nullable;
  return {
    source: source.name,
    sourceType: source.columnType,
    target: column.target,
    targetType: `${snowflakeTypeSql(type)}${notNull ? ' NOT NULL' : ''}`,
    java: javaClassName(encoder.java),
    policies: policyEffects(column, notNull),
    notes: [
      ...(notNull && source.nullable ? ['NULL: row rejected, as the column is NOT NULL'] : []),
      ...(existing === undefined && !source.nullable && !staysNotNull(column)
        ? ['NOT NULL in the source; the target is nullable, as a policy may make values NULL']
        : []),
      ...(isUnfilled ? ['NULL in rows that were loaded before'] : []),
    ],
  };
}
