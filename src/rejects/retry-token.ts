import { SnowstreamError } from '../errors.ts';

/** How far the rows of a rejects file were sent again. */
export interface RetryPosition {
  /** The file's id. */
  readonly id: string;
  /** The last record that is done: its row is in Snowflake, refused again under a later number, or gone. */
  readonly record: number;
}

/** The channel that refused rows of another one are sent again by. */
export function retryChannel(channel: string): string {
  return `${channel}_REJECTS`;
}

/** @example retryToken({ id: '5f0e…', record: 12 }); // '{"rejects":"5f0e…","record":12}' */
export function retryToken({ id, record }: RetryPosition): string {
  return JSON.stringify({ rejects: id, record });
}

/** The position that a token holds, or `undefined` when it is a token of another kind. */
export function retryPosition(token: string): RetryPosition | undefined {
  try {
    const { rejects, record } = JSON.parse(token);
    return typeof rejects === 'string' && Number.isInteger(record) ? { id: rejects, record } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The last record of a file that is done, by what the retry channel has committed; 0, the header, when none is.
 *
 * @throws SnowstreamError OFFSET_TOKEN_INVALID when something else was written by that channel.
 */
export function doneRecord(committed: string | null, id: string, channel: string): number {
  if (committed === null) return 0;
  const position = retryPosition(committed);
  if (position === undefined) {
    throw new SnowstreamError(
      'OFFSET_TOKEN_INVALID',
      `channel ${channel} is for rows that are sent again, but its committed offset token is ${committed.slice(0, 80)}: drop the channel`,
    );
  }
  // That of another file: the file was written anew since, with what was left.
  return position.id === id ? position.record : 0;
}
