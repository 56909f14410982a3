import { SnowstreamError } from '../errors.ts';
import { qualifiedName } from '../snowflake/identifier.ts';
import type { SnowflakeSession } from '../snowflake/session.ts';
import { mysqlTable } from '../source/mysql/identifier.ts';
import { rowsByKey } from '../source/mysql/rows-by-key.ts';
import type { Source } from '../source/mysql/source.ts';
import type { Cell } from '../types/mysql-column.ts';
import type { CheckRequest } from './check.ts';
import type { DifferingKeys, DifferingRows } from './proof.ts';
import { exactText, rowHash } from './row-hash.ts';

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
  if (mostRows > MOST_ROWS) return undefined;
  const [request, ...sharing] = requests;
  const texts = request && sharing.length === 0 ? textsOf(request) : undefined;
  if (request === undefined || texts === undefined) return undefined;
  try {
    const there = await targetRows(session, request, texts);
    const here = there && (await sourceRows(source, request, texts));
    return there && here && compared(here, there);
  } catch (error) {
    // It says no more than what is known to differ already.
    if (error instanceof SnowstreamError) return undefined;
    throw error;
  }
}

/** What is asked for of each row, in the SQL of both sides: the columns of its key, then its hash. */
interface RowTexts {
  readonly source: readonly string[];
  readonly target: readonly string[];
}

/** Rows by the JSON of their keys, with their hashes. */
type RowsByKeyText = ReadonlyMap<string, string>;

function textsOf({ keyset, columns, unfinished }: CheckRequest): RowTexts | undefined {
  const hash = rowHash(columns);
  if (keyset === undefined || unfinished !== undefined || hash === undefined) return undefined;
  const keys = keyset.columns.map((part) => {
    const column = columns.find(({ source }) => source.name === part.name);
    return column && exactText(column);
  });
  const known = keys.filter((key) => key !== undefined);
  if (known.length < keys.length) return undefined;
  return {
    source: [...known.map((key) => key.source), hash.source],
    target: [...known.map((key) => key.target), hash.target],
  };
}

async function targetRows(
  session: SnowflakeSession,
  { target }: CheckRequest,
  texts: RowTexts,
): Promise<RowsByKeyText | undefined> {
  const list = texts.target.map((text, index) => `${text} AS V${index}`).join(', ');
  const rows = await session.execute(`SELECT ${list} FROM ${qualifiedName(target)} LIMIT ${MOST_ROWS + 1}`);
  if (rows.length > MOST_ROWS) return undefined;
  return byKey(rows.map((row) => texts.target.map((_, index) => row[`V${index}`] ?? null)));
}

async function sourceRows(
  source: Source,
  { table, keyset, rejectedKeys }: CheckRequest,
  texts: RowTexts,
): Promise<RowsByKeyText | undefined> {
  const from = mysqlTable(table.database, table.name);
  const rows = await source.query(`SELECT ${texts.source.join(', ')} FROM ${from} LIMIT ${MOST_ROWS + 1}`);
  if (rows.length > MOST_ROWS || keyset === undefined) return undefined;
  const found = byKey(rows.map((row) => row.map(textOf)));
  const rejected = await rowsByKey(source, {
    table,
    keyset,
    expressions: [...texts.source],
    keys: rejectedKeys,
  });
  for (const row of rejected) found.delete(keyText(row.slice(0, texts.source.length).map(textOf)));
  return found;
}

const textOf = (cell: Cell): string | null =>
  cell === null ? null : Buffer.isBuffer(cell) ? cell.toString() : String(cell);

const keyText = (row: readonly (string | null)[]): string => JSON.stringify(row.slice(0, -1));

/** A row that is there twice has both hashes. */
function byKey(rows: readonly (readonly (string | null)[])[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const row of rows) {
    const key = keyText(row);
    const hash = row.at(-1) ?? '';
    const other = found.get(key);
    found.set(key, other === undefined ? hash : `${other} ${hash}`);
  }
  return found;
}

function compared(here: RowsByKeyText, there: RowsByKeyText): DifferingRows {
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
