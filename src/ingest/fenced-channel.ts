import { SnowstreamError } from '../errors.ts';

/** @returns the error of a channel that somebody else has opened, in another program or in this one. */
export function fencedError(channel: string, cause: unknown): SnowstreamError {
  return new SnowstreamError(
    'CHANNEL_TAKEN',
    `another program has opened channel ${channel}, or another load of this one, and only one can load the table at a time: stop one of them and run again, which resumes after the last committed row`,
    { cause },
  );
}
