import { SnowstreamError } from '../errors.ts';
import type { Encoder, TypeFamily } from './family.ts';
import { lossIn } from './loss.ts';
import { DEFAULT_POLICIES, type Policies } from './policy.ts';
import { type SnowflakeType, snowflakeTypeSql } from './snowflake-type.ts';
import type { SourceColumn } from './source-column.ts';
import { familyOf } from './type-table.ts';

/** One column that is loaded, and the name it gets. */
export interface ColumnMapping {
  readonly source: string;
  readonly target: string;
}

/** A source column and the name it has in the target. */
export interface MappedColumn {
  readonly source: SourceColumn;
  readonly family: TypeFamily;
  /** The stored name in the target: capitals, unless the mapping has it in quotes. */
  readonly target: string;
  readonly policies: Policies;
}

/** A mapped column with the target's type and the way values travel into it. */
export interface FittedColumn extends MappedColumn {
  readonly type: SnowflakeType;
  readonly encoder: Encoder;
}

/** A column of an existing target table. */
export interface TargetColumn {
  readonly name: string;
  /** As DESCRIBE TABLE prints it. */
  readonly describedType: string;
  /** `undefined` when the streaming SDK does not write the type. */
  readonly type: SnowflakeType | undefined;
  readonly nullable: boolean;
  readonly hasDefault: boolean;
  /** Why the streaming API takes no rows for a table with this column; absent when it does. */
  readonly obstacle?: string | undefined;
  /** It was added by --evolve, and its earlier rows are not filled yet. */
  readonly isUnfilled?: boolean;
}

/** How columns are chosen where no mapping names them, and what becomes of their values. */
export interface MappingOptions {
  readonly preserveCase?: boolean;
  readonly invisible?: boolean;
  /** The policies of a column of the source. */
  readonly policiesOf?: (column: SourceColumn) => Policies;
}

/** A column of source or target that keeps a table from being loaded. */
export interface Incompatibility {
  /** The stored name in the target. */
  readonly column: string;
  /** The column's type in MySQL; absent when no source column feeds it. */
  readonly source?: string;
  /** Its type in Snowflake; absent when the target lacks it. */
  readonly target?: string;
  /** What of its values would be lost. */
  readonly lost: string;
  /** A type in Snowflake that holds all of them. */
  readonly fitting?: string;
}

/** How a mapping and a target fit. */
export interface Fit {
  /** The columns that fit, in the order of the target. */
  readonly columns: readonly FittedColumn[];
  readonly incompatibilities: readonly Incompatibility[];
}

/**
 * Chooses the columns that are loaded and their names in the target: those of the mapping in its order, or all
 * that `SELECT *` shows, under their own names in capitals.
 *
 * @param canonical makes a name as the mapping has it the stored one
 * @throws SnowstreamError COLUMN_NOT_FOUND for a name that the source lacks, CONFIG_INVALID for two columns of
 * one name or for a MySQL type that this program does not know.
 */
export function mapColumns(
  columns: readonly SourceColumn[],
  mapping: readonly ColumnMapping[] | undefined,
  canonical: (written: string) => string,
  { preserveCase = false, invisible = false, policiesOf = () => DEFAULT_POLICIES }: MappingOptions = {},
): MappedColumn[] {
  const wanted =
    mapping?.map(({ source, target }) => ({ source, target: canonical(target) })) ??
    columns
      .filter((column) => invisible || !column.invisible)
      .map(({ name }) => ({ source: name, target: preserveCase ? name : name.toUpperCase() }));
  const mapped = wanted.map(({ source: name, target }) => {
    // MySQL compares column names without case.
    const source = columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
    if (source === undefined)
      throw new SnowstreamError('COLUMN_NOT_FOUND', `the source has no column ${name}`);
    const family = familyOf(source.dataType);
    if (family === undefined) {
      throw new SnowstreamError(
        'CONFIG_INVALID',
        `column ${source.name} is ${source.columnType}, a type that is not supported: exclude it by the mapping`,
      );
    }
    return { source, family, target, policies: policiesOf(source) };
  });
  requireDistinctNames(mapped, mapping === undefined);
  return mapped;
}

function requireDistinctNames(mapped: readonly MappedColumn[], byRule: boolean): void {
  const first = new Map<string, MappedColumn>();
  for (const column of mapped) {
    const other = first.get(column.target);
    if (other !== undefined) {
      const remedy = byRule
        ? 'name one otherwise in the "columns" of the table, or keep their case with --preserve-case'
        : 'give one another name in the "columns" of the table';
      throw new SnowstreamError(
        'CONFIG_INVALID',
        `columns ${other.source.name} and ${column.source.name} would both be called ${column.target} in the target: ${remedy}`,
      );
    }
    first.set(column.target, column);
  }
}

/** A column as a new target has it: in the type that holds its values exactly. */
export function ownType(column: MappedColumn): FittedColumn {
  return fitInto(column, column.family.snowflake(column.source, column.policies)) as FittedColumn;
}

/** The columns as a new target table has them. */
export function ownTypes(mapped: readonly MappedColumn[]): FittedColumn[] {
  return mapped.map(ownType);
}

/** Compares the mapping with an existing target, column by column. */
export function fitColumns(mapped: readonly MappedColumn[], target: readonly TargetColumn[]): Fit {
  const sources = new Map(mapped.map((column) => [column.target, column]));
  const columns: FittedColumn[] = [];
  const incompatibilities: Incompatibility[] = [];
  for (const existing of target) {
    const column = sources.get(existing.name);
    const fitted = column && existing.type && fitInto(column, existing.type);
    if (fitted !== undefined) columns.push(existing.nullable ? fitted : neverNull(fitted));
    else if (column !== undefined) incompatibilities.push(narrower(column, existing));
    else if (!existing.nullable && !existing.hasDefault) incompatibilities.push(unfed(existing));
  }
  const names = new Set(target.map(({ name }) => name));
  for (const column of mapped) if (!names.has(column.target)) incompatibilities.push(missing(column));
  return { columns, incompatibilities };
}

function narrower(column: MappedColumn, { name, describedType, type }: TargetColumn): Incompatibility {
  const own = column.family.snowflake(column.source, column.policies);
  const lost = lossIn(column.source, own, type);
  const fitting = snowflakeTypeSql(own);
  return { column: name, source: column.source.columnType, target: describedType, lost, fitting };
}

const unfed = ({ name, describedType }: TargetColumn): Incompatibility => ({
  column: name,
  target: describedType,
  lost: 'every row: it is NOT NULL without a default and gets no source column',
});

const missing = ({ source, target, family, policies }: MappedColumn): Incompatibility => ({
  column: target,
  source: source.columnType,
  lost: 'every value: the target lacks the column, which --evolve adds',
  fitting: snowflakeTypeSql(family.snowflake(source, policies)),
});

function fitInto(column: MappedColumn, type: SnowflakeType): FittedColumn | undefined {
  const encoder = column.family.encoder(column.source, type, column.policies);
  return encoder && { ...column, type, encoder };
}

/** The SDK would reject the NULL that a policy put there, with a message about a value that is not the source's. */
function neverNull(column: FittedColumn): FittedColumn {
  const { target, encoder } = column;
  const text: Encoder['text'] = (cell) => {
    const encoded = encoder.text(cell);
    if (typeof encoded === 'string' || encoded.text !== null) return encoded;
    throw new RangeError(
      `the policy ${encoded.policy} makes ${String(cell).slice(0, 40)} NULL, and ${target} is NOT NULL`,
    );
  };
  return { ...column, encoder: { ...encoder, text } };
}
