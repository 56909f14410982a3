import type { TargetOptions } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';
import {
  type Fit,
  type FittedColumn,
  fitColumns,
  type MappedColumn,
  ownType,
  ownTypes,
  type TargetColumn,
} from '../types/column-mapping.ts';
import { incompatibilityError } from '../types/incompatibility.ts';
import { parseSnowflakeType } from '../types/snowflake-type.ts';
import { displayName, qualifiedName, type TableName } from './identifier.ts';
import type { SnowflakeSession, SqlRow } from './session.ts';
import { SnowflakeError } from './snowflake-error.ts';
import {
  type ColumnProperties,
  columnObstacle,
  defaultOf,
  unstreamableError,
  unstreamableObjects,
} from './streamable.ts';
import { addColumnsSql, createSql, type Missing, UNFILLED } from './target-ddl.ts';

/** A described target table: its columns in order, or what is missing. */
export type Target =
  | {
      readonly columns: readonly TargetColumn[];
      /** The kind of an object that the streaming API does not accept: `a view`. */
      readonly object?: string | undefined;
    }
  | { readonly missing: Missing };

/** How a target is compared with its source. */
export interface TargetComparison extends Pick<TargetOptions, 'create' | 'evolve'> {
  /** Nothing is streamed into the target, so it may be one that the streaming API does not accept. */
  readonly sqlOnly?: boolean;
}

/** What a run would do with a target before the first row. */
export interface TargetOutline extends Fit {
  /** The statements that create what is missing, in order. */
  readonly ddl: readonly string[];
  /** The flag that these statements need, when it is not given. */
  readonly ddlNeeds?: string;
  /** Why the target cannot be loaded: what is missing and may not be created, or what streaming does not accept. */
  readonly problem?: SnowstreamError;
}

/** Snowflake's code for an object that does not exist, or that the role cannot see; the message says which kind. */
const DOES_NOT_EXIST = '002003';
const MISSING_KIND = /^(?:SQL compilation error:\s*)?(Database|Schema)/;

/**
 * The columns of a target table in their order. DESCRIBE needs no warehouse, as INFORMATION_SCHEMA does.
 *
 * @returns what is missing when there is no such table, or the role cannot see it.
 */
export async function describeTarget(session: SnowflakeSession, name: TableName): Promise<Target> {
  try {
    const [rows, objects] = await Promise.all([
      session.execute(`DESCRIBE TABLE ${qualifiedName(name)}`),
      unstreamableObjects(session, name, name.table),
    ]);
    return { columns: rows.map(describedColumn), object: objects.get(name.table) };
  } catch (error) {
    if (!(error instanceof SnowflakeError && error.sqlCode === DOES_NOT_EXIST)) throw error;
    const [, what] = MISSING_KIND.exec(error.sqlMessage) ?? [];
    return { missing: what === 'Database' ? 'database' : what === 'Schema' ? 'schema' : 'table' };
  }
}

function describedColumn(row: SqlRow): TargetColumn {
  const describedType = row.type ?? '';
  const properties = { describedType, type: parseSnowflakeType(describedType), ...defaultOf(row.default) };
  const column = targetColumn(row.name ?? '', row['null?'] === 'Y', properties);
  return { ...column, ...(row.comment === UNFILLED && { isUnfilled: true }) };
}

/** A column of a target from what SQL describes of it. */
export function targetColumn(name: string, nullable: boolean, properties: ColumnProperties): TargetColumn {
  const { describedType, type, default: fallback, identity } = properties;
  const hasDefault = fallback !== undefined || identity !== undefined;
  return { name, describedType, type, nullable, hasDefault, obstacle: columnObstacle(properties) };
}

/** Compares a target with the columns that are loaded into it, and lists what would be created. */
export function outlineTarget(
  name: TableName,
  target: Target,
  mapped: readonly MappedColumn[],
  { create, evolve, sqlOnly = false }: TargetComparison,
): TargetOutline {
  if ('missing' in target) {
    const { missing } = target;
    const columns = ownTypes(mapped);
    const made = { columns, incompatibilities: [], ddl: createSql(name, columns, missing) };
    if (ALLOWED[missing].includes(create)) return made;
    const ddlNeeds = missing === 'table' ? '--create' : `--create ${missing}`;
    return { ...made, ddlNeeds, problem: notThere(name, missing, ddlNeeds) };
  }
  const existing = new Set(target.columns.map((column) => column.name));
  const missing = mapped.filter((column) => !existing.has(column.target)).map(ownType);
  const there = mapped.filter((column) => existing.has(column.target));
  const fit = fitColumns(evolve ? there : mapped, target.columns);
  const marked = new Set(target.columns.filter(({ isUnfilled }) => isUnfilled).map((column) => column.name));
  const unfilled = fit.columns.filter((column) => marked.has(column.target));
  const ddl = addColumnsSql(name, missing, unfilled);
  const obstructed = sqlOnly ? [] : target.columns.filter(({ obstacle }) => obstacle !== undefined);
  const unstreamable = sqlOnly ? undefined : unstreamableError(name, target.object, obstructed);
  const problem = unstreamable ?? (evolve ? undefined : unfilledError(name, unfilled));
  // Only a table has columns to compare, and a column is reported once.
  const incompatibilities =
    unstreamable !== undefined && target.object !== undefined
      ? []
      : fit.incompatibilities.filter(({ column }) => !obstructed.some((other) => other.name === column));
  return {
    columns: evolve ? [...fit.columns, ...missing] : fit.columns,
    incompatibilities,
    ddl,
    ...(!evolve && ddl.length > 0 && { ddlNeeds: '--evolve' }),
    ...(problem && { problem }),
  };
}

/** The modes of --create that create what is missing. */
const ALLOWED: Readonly<Record<Missing, readonly TargetOptions['create'][]>> = {
  table: ['on', 'schema', 'database'],
  schema: ['schema', 'database'],
  database: ['database'],
};

function notThere(name: TableName, missing: Missing, flag: string): SnowstreamError {
  const what = missing === 'table' ? 'table' : `the ${missing} of`;
  return new SnowstreamError(
    'TABLE_NOT_FOUND',
    `${what} ${displayName(name)} does not exist in Snowflake, or role and user cannot see it: ${flag} creates it`,
  );
}

/** @returns the error of columns that a run with --evolve has added and not completed. */
function unfilledError(name: TableName, columns: readonly FittedColumn[]): SnowstreamError | undefined {
  if (columns.length === 0) return undefined;
  return new SnowstreamError(
    'CONFIG_INVALID',
    `the backfill of ${columns.map(({ target }) => target).join(', ')} in ${displayName(name)} is incomplete, because a run with --evolve was ended before: complete it with snowstream run --evolve`,
  );
}

/** @throws SnowstreamError why the target cannot be loaded: CONFIG_INVALID, TABLE_NOT_FOUND or TARGET_UNSUPPORTED. */
function passed(
  name: TableName,
  { problem, incompatibilities, columns }: TargetOutline,
): readonly FittedColumn[] {
  if (problem !== undefined) throw problem;
  if (incompatibilities.length > 0) throw incompatibilityError(displayName(name), incompatibilities);
  return columns;
}

/**
 * Ensures that the target exists and is compatible: creates a missing one and adds missing columns when allowed to.
 * Changes nothing when anything is incompatible.
 *
 * @returns the columns in the order of the target
 * @throws SnowstreamError TABLE_NOT_FOUND, TARGET_UNSUPPORTED for a target that the streaming API does not accept, or
 * CONFIG_INVALID with all incompatible columns in its detail.
 */
export async function prepareTarget(
  session: SnowflakeSession,
  name: TableName,
  mapped: readonly MappedColumn[],
  options: TargetComparison,
): Promise<readonly FittedColumn[]> {
  const outline = outlineTarget(name, await describeTarget(session, name), mapped, options);
  const columns = passed(name, outline);
  if (outline.ddl.length === 0) return columns;
  for (const statement of outline.ddl) await session.execute(statement);
  // Read back, so that the load follows the actual table and not the intended one.
  const made = await describeTarget(session, name);
  return passed(name, outlineTarget(name, made, mapped, { ...options, create: 'off', evolve: false }));
}
