import { SnowstreamError } from '../errors.ts';
import { decodeToken, encodeToken, type RejectsToken } from './offset-token.ts';

/** The token of a batch of rejected rows that are sent again: see {@link RejectsToken}. */
export function rejectsTokenAt(file: string, record: number): string {
  return encodeToken({ kind: 'rejects', file, record });
}

/** How far the rows of a rejects file were sent again, by a token; `undefined` when it is one of another kind. */
export function rejectsPosition(token: string): RejectsToken | undefined {
  const decoded = decodeToken(token);
  return decoded?.kind === 'rejects' ? decoded : undefined;
}

/**
 * The last record of a file that is done, by what the channel for rejected rows has committed; 0, the header, when none
 * is.
 *
 * @param file the file's id
 * @throws SnowstreamError OFFSET_TOKEN_INVALID when something else was written by that channel.
 */
export function doneRecord(committed: string | null, file: string, channel: string): number {
  if (committed === null) return 0;
  const position = rejectsPosition(committed);
  if (position === undefined) {
    throw new SnowstreamError(
      'OFFSET_TOKEN_INVALID',
      `channel ${channel} is for rejected rows that are sent again, but its committed offset token is ${committed.slice(0, 80)}: drop the channel`,
    );
  }
  // That of another file: the file was written again since, with what was left.
  return position.file === file ? position.record : 0;
}
