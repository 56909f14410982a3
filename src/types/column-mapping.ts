import type { ColumnMapping } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';
import type { Carriage, TypeFamily } from './family.ts';
import type { MySqlColumn } from './mysql-column.ts';
import { DEFAULT_POLICIES, type Policies } from './policy.ts';
import { type SnowflakeType, snowflakeTypeSql } from './snowflake-type.ts';
import { familyOf } from './type-table.ts';

/** A source column and the name it has in the target. */
export interface MappedColumn {
  readonly source: MySqlColumn;
  readonly family: TypeFamily;
  /** The stored name in the target: capitals, unless the mapping has it in quotes. */
  readonly target: string;
  readonly policies: Policies;
}

/** A mapped column with the target's type and the way values travel into it. */
export interface FittedColumn extends MappedColumn {
  readonly type: SnowflakeType;
  readonly carriage: Carriage;
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
}

/** How columns are chosen where no mapping names them, and what becomes of their values. */
export interface MappingOptions {
  readonly preserveCase?: boolean;
  readonly invisible?: boolean;
  /** The policies of a column of the source. */
  readonly policiesOf?: (column: MySqlColumn) => Policies;
}

/**
 * Chooses the columns that are carried and their names in the target: those of the mapping in its order, or all
 * under their own names in capitals.
 *
 * @param canonical makes a name as the mapping has it the stored one
 * @throws SnowstreamError COLUMN_NOT_FOUND for a name that the source lacks, CONFIG_INVALID for two columns of
 * one name, VALUE_NOT_CARRIED for a MySQL type that this program does not know.
 */
export function mapColumns(
  columns: readonly MySqlColumn[],
  mapping: readonly ColumnMapping[] | undefined,
  canonical: (written: string) => string,
  { preserveCase = false, policiesOf = () => DEFAULT_POLICIES }: MappingOptions = {},
): MappedColumn[] {
  const wanted =
    mapping?.map(({ source, target }) => ({ source, target: canonical(target) })) ??
    columns.map(({ name }) => ({ source: name, target: preserveCase ? name : name.toUpperCase() }));
  const mapped = wanted.map(({ source: name, target }) => {
    // MySQL compares column names without case.
    const source = columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
    if (source === undefined)
      throw new SnowstreamError('COLUMN_NOT_FOUND', `the source has no column ${name}`);
    const family = familyOf(source.dataType);
    if (family === undefined) {
      throw new SnowstreamError(
        'VALUE_NOT_CARRIED',
        `column ${source.name} is ${source.columnType}, a type that cannot be carried: leave it out of the mapping`,
      );
    }
    return { source, family, target, policies: policiesOf(source) };
  });
  const clash = mapped.find(
    ({ target }, index) => mapped.findIndex((other) => other.target === target) < index,
  );
  if (clash !== undefined)
    throw new SnowstreamError(
      'CONFIG_INVALID',
      `two columns would both be called ${clash.target} in the target`,
    );
  return mapped;
}

/** The columns as a new target table has them, each in the type that holds its values exactly. */
export function ownTypes(mapped: readonly MappedColumn[]): FittedColumn[] {
  return mapped.map((column) => {
    const type = column.family.snowflake(column.source, column.policies);
    return fitInto(column, type) as FittedColumn;
  });
}

/**
 * Compares the mapping with an existing target, column by column.
 *
 * @throws SnowstreamError CONFIG_INVALID naming every column that is missing, too narrow, or NOT NULL and not fed.
 */
export function fitColumns(mapped: readonly MappedColumn[], target: readonly TargetColumn[]): FittedColumn[] {
  const problems: string[] = [];
  const fitted = mapped.flatMap((column) => {
    const existing = target.find(({ name }) => name === column.target);
    const found = existing?.type && fitInto(column, existing.type);
    if (found !== undefined) return [existing?.nullable ? found : neverNull(found)];
    problems.push(
      existing === undefined
        ? `${column.target} does not exist`
        : `${column.target} is ${existing.describedType}, which cannot hold ${column.source.columnType} (${snowflakeTypeSql(column.family.snowflake(column.source, column.policies))} can)`,
    );
    return [];
  });
  for (const column of target) {
    if (!column.nullable && !column.hasDefault && !mapped.some((other) => other.target === column.name))
      problems.push(`${column.name} is NOT NULL and no source column feeds it`);
  }
  if (problems.length > 0)
    throw new SnowstreamError('CONFIG_INVALID', `the target table does not fit: ${problems.join('; ')}`);
  return fitted;
}

function fitInto(column: MappedColumn, type: SnowflakeType): FittedColumn | undefined {
  const carriage = column.family.carry(column.source, type, column.policies);
  return carriage && { ...column, type, carriage };
}

/** The SDK would refuse the NULL that a policy put there, and tell of a value that is not the source's. */
function neverNull(column: FittedColumn): FittedColumn {
  const { target, carriage } = column;
  const text: Carriage['text'] = (cell) => {
    const carried = carriage.text(cell);
    if (typeof carried === 'string' || carried.text !== null) return carried;
    throw new RangeError(
      `the policy ${carried.policy} makes ${String(cell).slice(0, 40)} NULL, and ${target} is NOT NULL`,
    );
  };
  return { ...column, carriage: { ...carriage, text } };
}
