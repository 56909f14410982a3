import { SnowstreamError } from '../errors.ts';
import { canonicalName, displayIdentifier, displayName, type TableName } from '../snowflake/identifier.ts';
import type { SnowflakeSession } from '../snowflake/session.ts';
import { describeTarget, type Target } from '../snowflake/target.ts';
import type { TargetColumn } from '../types/column-mapping.ts';
import { parseSnowflakeType, type SnowflakeType } from '../types/snowflake-type.ts';

/** The columns of the gold table, and the kinds of types that accept their values; the first is the one that we create. */
const COLUMNS: Readonly<Record<string, readonly SnowflakeType['kind'][]>> = {
  CUSTOMER_ID: ['VARCHAR', 'NUMBER', 'FLOAT', 'VARIANT'],
  EMAIL: ['VARCHAR', 'VARIANT'],
  PHONE: ['VARCHAR', 'NUMBER', 'VARIANT'],
  DATE_OF_BIRTH: ['DATE', 'VARCHAR', 'TIMESTAMP_NTZ', 'TIMESTAMP_LTZ', 'TIMESTAMP_TZ', 'VARIANT'],
};

/** Objects without INSERT. */
const READ_ONLY: ReadonlySet<string> = new Set(['a view', 'an external table', 'a dynamic table']);

/**
 * Why the gold rows cannot be inserted into the object with the gold table's name.
 *
 * @param raw the raw table by its stored names
 * @param goldTable the gold table's name as people write it
 * @returns `undefined` also when there is no such object: then it is created
 */
export async function goldTargetError(
  session: SnowflakeSession,
  raw: TableName,
  goldTable: string,
): Promise<SnowstreamError | undefined> {
  const gold: TableName = { ...raw, table: canonicalName(goldTable) };
  const fault = faultOf(await describeTarget(session, gold));
  if (fault === undefined) return undefined;
  return new SnowstreamError(
    'CONFIG_INVALID',
    `the gold rows cannot be inserted into ${displayName(gold)}: ${fault}; name another gold table (--gold-table), which a run creates, or run with --gold off`,
  );
}

function faultOf(target: Target): string | undefined {
  if ('missing' in target) return undefined;
  if (target.object !== undefined && READ_ONLY.has(target.object)) return `it is ${target.object}`;
  const names = new Set(target.columns.map(({ name }) => name));
  const missing = Object.keys(COLUMNS).filter((name) => !names.has(name));
  if (missing.length > 0) return `it has no ${missing.join(', ')}`;
  const faults = target.columns.map(columnFault).filter((fault) => fault !== undefined);
  return faults.length === 0 ? undefined : faults.join(', ');
}

function columnFault({ name, describedType, nullable, hasDefault }: TargetColumn): string | undefined {
  const kinds = COLUMNS[name];
  const column = `column ${displayIdentifier(name)}`;
  if (kinds === undefined)
    return nullable || hasDefault ? undefined : `${column} is NOT NULL, and there is no value for it`;
  const kind = parseSnowflakeType(describedType.replace(/ COLLATE .*$/, ''))?.kind;
  if (kind !== undefined && kinds.includes(kind)) return undefined;
  return `${column} is ${describedType} and accepts no ${kinds[0]}`;
}
