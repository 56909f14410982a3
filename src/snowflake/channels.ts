import { SnowstreamError } from '../errors.ts';
import { displayName, qualifiedName, type TableName } from './identifier.ts';
import type { SnowflakeSession } from './session.ts';

/** A channel as Snowflake lists it. */
export interface StoredChannel {
  readonly name: string;
  /** The last committed token; `null` when nothing is committed. */
  readonly offsetToken: string | null;
  /** Incremented with each opening, by any client. */
  readonly clientSequencer: string;
}

/**
 * The channels of a table with their committed offset tokens, by SQL: opening a channel to ask would fence its
 * owner. https://docs.snowflake.com/en/sql-reference/sql/show-channels
 *
 * @throws SnowstreamError SNOWFLAKE_SQL when there is no such table, or the role cannot see it.
 */
export async function channelsOf(session: SnowflakeSession, table: TableName): Promise<StoredChannel[]> {
  const rows = await session.execute(`SHOW CHANNELS IN TABLE ${qualifiedName(table)}`);
  return rows.map(({ name, offset_token: token, client_sequencer: clientSequencer }) => ({
    name: name ?? '',
    offsetToken: token || null,
    clientSequencer: clientSequencer ?? '',
  }));
}

/** Concurrent statements. */
const AT_ONCE = 16;

/**
 * The channels of several tables.
 *
 * @returns by the names of {@link displayName}, for each table its channels, or the error of the query
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
