import { SnowstreamError } from '../errors.ts';
import { qualifiedName, type TableName } from '../snowflake/identifier.ts';
import type { SnowflakeSession } from '../snowflake/session.ts';
import {
  type HashedColumn,
  hashedColumns,
  hashedKey,
  hashesByKey,
  type RowHashes,
} from '../source/measures.ts';
import type { Source } from '../source/source.ts';
import type { CheckRequest } from './check-request.ts';
import type { DifferingKeys, DifferingRows } from './proof.ts';
import { targetHash, targetText } from './target-hash.ts';

/** Rows of a side up to which its keys and hashes are read, which costs a scan and some megabytes. */
const MOST_ROWS = 50_000;
/** Keys that are named of each kind. */
const NAMED = 5;

/**
 * Which rows differ, by their keys, where it is cheap to find out: in a table of at most 50,000 rows on either side,
 * with a key whose columns are loaded and printed alike by both sides, and a target of its own.
 *
 * @param mostRows how many rows the larger side has
 * @returns `undefined` where it is not cheap, or cannot be had
 */
export async function differingRows(
  source: Source,
  session: SnowflakeSession,
  requests: readonly CheckRequest[],
  mostRows: number,
): Promise<DifferingRows | undefined> {
  const [request, ...sharing] = requests;
  if (mostRows > MOST_ROWS || request === undefined || sharing.length > 0) return undefined;
  const { keyset, columns, unfinished, rejectedKeys } = request;
  const key = hashedKey(keyset, columns);
  if (key === undefined || unfinished !== undefined) return undefined;
  try {
    const there = await targetHashes(session, request.target, key, hashedColumns(columns));
    const here = there && (await source.open(request).hashes(MOST_ROWS, rejectedKeys));
    return there && here && compared(here, there);
  } catch (error) {
    // It says no more than what is known to differ already.
    if (error instanceof SnowstreamError) return undefined;
    throw error;
  }
}

async function targetHashes(
  session: SnowflakeSession,
  target: TableName,
  key: readonly HashedColumn[],
  columns: readonly HashedColumn[],
): Promise<RowHashes | undefined> {
  const texts = [...key.map(targetText), targetHash(columns)];
  const list = texts.map((text, index) => `${text} AS V${index}`).join(', ');
  const rows = await session.execute(`SELECT ${list} FROM ${qualifiedName(target)} LIMIT ${MOST_ROWS + 1}`);
  if (rows.length > MOST_ROWS) return undefined;
  return hashesByKey(rows.map((row) => texts.map((_, index) => row[`V${index}`] ?? null)));
}

function compared(here: RowHashes, there: RowHashes): DifferingRows {
  const all = [...here.keys()];
  return {
    missing: named(all.filter((key) => !there.has(key))),
    unexpected: named([...there.keys()].filter((key) => !here.has(key))),
    different: named(all.filter((key) => there.has(key) && there.get(key) !== here.get(key))),
  };
}

function named(keys: readonly string[]): DifferingKeys {
  return { rows: keys.length, first: keys.slice(0, NAMED).map((key) => JSON.parse(key) as string[]) };
}
