import { SnowstreamError } from '../errors.ts';
import { displayName, qualifiedName, type TableName } from './identifier.ts';
import type { SnowflakeSession } from './session.ts';

/** A channel as Snowflake knows it. */
export interface StoredChannel {
  readonly name: string;
  /** The token that was committed last; `null` when nothing was. */
  readonly offsetToken: string | null;
  /** Goes up with each opening, whoever opens it. */
  readonly clientSequencer: string;
}

/**
 * The channels of a table with their committed offset tokens, by SQL: opening a channel to ask would fence off its
 * owner. https://docs.snowflake.com/en/sql-reference/sql/show-channels
 *
 * @throws SnowstreamError SNOWFLAKE_SQL when there is no such table, or the role may not see it.
 */
export async function channelsOf(session: SnowflakeSession, table: TableName): Promise<StoredChannel[]> {
  const rows = await session.execute(`SHOW CHANNELS IN TABLE ${qualifiedName(table)}`);
  return rows.map(({ name, offset_token: token, client_sequencer: clientSequencer }) => ({
    name: name ?? '',
    offsetToken: token || null,
    clientSequencer: clientSequencer ?? '',
  }));
}

/** Statements at once. */
const AT_ONCE = 16;

/**
 * The channels of several tables.
 *
 * @returns by the names of {@link displayName}, for each table its channels, or the error of asking for them
 */
export async function channelsOfEach(
  session: SnowflakeSession,
  tables: readonly TableName[],
): Promise<ReadonlyMap<string, readonly StoredChannel[] | SnowstreamError>> {
  const found = new Map<string, readonly StoredChannel[] | SnowstreamError>();
  // All workers take from one iterator.
  const waiting = tables.values();
  const worker = async (): Promise<void> => {
    for (const table of waiting) {
      const channels = await channelsOf(session, table).catch((error: unknown) => {
        if (error instanceof SnowstreamError) return error;
        throw error;
      });
      found.set(displayName(table), channels);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return found;
}
