import type { StoredChannel } from '../snowflake/channels.ts';
import { namedChannel } from './stored-channel.ts';

/**
 * Whose a channel is. Snowflake counts its openings by any program: the client sequencer. To open a channel is to fence
 * the program that had it before.
 */
export type Ownership =
  | { readonly kind: 'ours' }
  /** Another program, or another load of this one, has opened it since. */
  | { readonly kind: 'fenced' }
  /** It was dropped, or its table replaced. Opened again it would have no token. */
  | { readonly kind: 'dropped' };

/**
 * @param stored the target's channels as they are now
 * @param clientSequencer that of our own opening; empty where Snowflake does not list the channel
 */
export function ownershipOf(
  stored: readonly StoredChannel[],
  channel: string,
  clientSequencer: string,
): Ownership {
  const now = namedChannel(stored, channel);
  if ((now?.clientSequencer ?? '') === clientSequencer) return { kind: 'ours' };
  return { kind: now === undefined ? 'dropped' : 'fenced' };
}

/** Whether a channel was opened more often than by the openings of our own. */
export function openedByOthers(before: string, after: string, own: number): boolean {
  return Number(after) > Number(before) + own;
}
