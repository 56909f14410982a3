import type { FittedColumn } from './column-mapping.ts';
import { lossIn } from './loss.ts';
import type { PolicyName } from './policy.ts';
import { MAX_BINARY, MAX_VARCHAR, type SnowflakeType } from './snowflake-type.ts';

/** What a policy would do to values of a column. */
export interface PolicyEffect {
  readonly policy: PolicyName;
  readonly choice: string;
  /** Which values, and what becomes of them. */
  readonly effect: string;
}

/**
 * The policies that apply to a column, and what they would do to its values.
 *
 * @param notNull whether the target's column is NOT NULL, where a NULL by policy has its row rejected
 */
export function policyEffects(column: FittedColumn, notNull: boolean): PolicyEffect[] {
  return (Object.keys(EFFECTS) as PolicyName[]).flatMap((policy) => {
    const effect = EFFECTS[policy](column, notNull);
    return effect === undefined ? [] : [{ policy, choice: column.policies[policy], effect }];
  });
}

/**
 * Whether a new target has the column NOT NULL, as the source has it: not where a policy puts NULL in the place of
 * values that a NOT NULL column of the source may hold, such as zero dates.
 */
export function staysNotNull(column: FittedColumn): boolean {
  return !column.source.nullable && policyEffects(column, false).every(({ choice }) => choice !== 'null');
}

const REJECTED = 'row rejected';

type Effect = (column: FittedColumn, notNull: boolean) => string | undefined;

const EFFECTS: Readonly<Record<PolicyName, Effect>> = {
  zeroDates: ({ source, type, policies: { zeroDates } }, notNull) => {
    if (!['date', 'datetime', 'timestamp'].includes(source.dataType) || type.kind === 'VARCHAR') return;
    return `a year, month or day of zero: ${zeroDates === 'epoch' ? '1970-01-01' : replaced(zeroDates, notNull)}`;
  },
  outOfDayTimes: ({ source, type, policies: { outOfDayTimes } }) => {
    if (source.dataType !== 'time') return;
    if (type.kind === 'TIME') return `below zero or from 24 hours on: ${REJECTED}`;
    return outOfDayTimes === 'text' ? 'every time as text' : undefined;
  },
  wideDecimals: ({ source, type }) => {
    const [digits, scale] = [source.numericPrecision ?? 0, source.numericScale ?? 0];
    if (source.dataType !== 'decimal' || (digits <= 38 && scale <= 37)) return;
    return type.kind === 'VARCHAR'
      ? 'all digits as text'
      : `more digits than ${type.kind} holds: ${REJECTED}`;
  },
  tinyint1: ({ source, type }) =>
    source.dataType === 'tinyint' && type.kind === 'BOOLEAN' ? `neither 0 nor 1: ${REJECTED}` : undefined,
  oversized: (column, notNull) => {
    const limit = column.type.kind === 'BINARY' ? MAX_BINARY : MAX_VARCHAR;
    if (mostBytes(column) <= limit) return;
    return `beyond ${limit / 1024 / 1024} MB: ${replaced(column.policies.oversized, notNull)}`;
  },
  invalidText: ({ family, type, policies: { invalidText } }, notNull) =>
    family.names.includes('blob') && type.kind === 'VARCHAR'
      ? `bytes that are not UTF-8: ${replaced(invalidText, notNull)}`
      : undefined,
  narrowColumns: (column) =>
    isNarrower(column) ? `${lossIn(column.source, own(column), column.type)}: ${REJECTED}` : undefined,
  sets: ({ source, type }) =>
    source.dataType === 'set' && type.kind === 'ARRAY' ? 'an ARRAY of its labels' : undefined,
};

const replaced = (choice: 'null' | 'reject', notNull: boolean): string => {
  if (choice === 'reject') return REJECTED;
  return notNull ? `${REJECTED}, as the column is NOT NULL` : 'NULL';
};

/** Bytes that a value may have in UTF-8 or as it is; none for types that are never that long. */
function mostBytes({ source, family }: FittedColumn): number {
  if (family.names.includes('blob')) return source.octetLength ?? 0;
  if (family.names.includes('text')) return (source.characterLength ?? 0) * 4;
  return source.dataType === 'json' ? Number.POSITIVE_INFINITY : 0;
}

const own = ({ family, source, policies }: FittedColumn): SnowflakeType => family.snowflake(source, policies);

/** Whether only the policy makes the column fit. */
const isNarrower = ({ family, source, type, policies }: FittedColumn): boolean =>
  family.encoder(source, type, { ...policies, narrowColumns: 'error' }) === undefined;
