import type { KillableMysql } from './mysql.ts';
import type { KillableSnowflake } from './snowflake.ts';
import type { Workload } from './workload.ts';

/** What a comparison of both sides found; keys by what is the matter with their rows. */
export interface Comparison {
  readonly sourceRows: number;
  readonly targetRows: number;
  /** In the source and not in the target. */
  readonly lost: readonly string[];
  /** More than once in the target. */
  readonly twice: readonly string[];
  /** In the target and not in the source. */
  readonly strangers: readonly string[];
  /** There on both sides with other values. */
  readonly different: readonly string[];
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] extends number ? number : string[] };

/**
 * Compares both sides row by row, by key and checksum of all columns. It shares nothing with the product's own
 * check: other SQL, other connections, and the comparing is done here.
 */
export async function compare(
  mysql: KillableMysql,
  snowflake: KillableSnowflake,
  load: Workload,
): Promise<Comparison> {
  const found = { sourceRows: 0, targetRows: 0, lost: [], twice: [], strangers: [], different: [] };
  for (const part of load.parts) await comparePart(mysql, snowflake, load, part, found);
  return found;
}

async function comparePart(
  mysql: KillableMysql,
  snowflake: KillableSnowflake,
  load: Workload,
  part: string,
  found: Writable<Comparison>,
): Promise<void> {
  const source = await mysql.rows(
    `SELECT ${load.key.source}, MD5(CONCAT(${texts(load, 'source').join(", '|', ")})) FROM ${load.table} WHERE ${part}`,
  );
  const target = await snowflake.rows(
    `SELECT ${load.key.target} AS K, MD5(${texts(load, 'target').join(" || '|' || ")}) AS H FROM ${load.target} WHERE ${part}`,
  );
  const expected = new Map(source.map(([key, hash]) => [key, hash?.toLowerCase()]));
  const seen = new Set<string>();
  for (const { K: key, H: hash } of target) {
    if (!key || !hash) throw new Error(`a key or a checksum that is null: ${key} ${hash}`);
    const whole = expected.get(key);
    if (whole === undefined) found.strangers.push(key);
    else if (seen.has(key)) found.twice.push(key);
    else if (whole !== hash.toLowerCase()) found.different.push(key);
    seen.add(key);
  }
  for (const key of expected.keys()) if (!seen.has(key ?? '')) found.lost.push(key ?? '');
  found.sourceRows += source.length;
  found.targetRows += target.length;
}

/** All columns as texts, with a null unlike any value. */
function texts({ columns }: Workload, side: 'source' | 'target'): string[] {
  return columns.map((column) => `COALESCE(${column[side]}, '<null>')`);
}
