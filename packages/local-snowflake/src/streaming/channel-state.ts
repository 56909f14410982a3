import { CODE, type StatusCode } from '../protocol/codes.ts';

/** What the server remembers of a channel. */
export interface ChannelState {
  /** Counts the opens; the client that opened last owns the channel. */
  readonly clientSequencer: number;
  /** Counts the chunks that were committed. */
  readonly rowSequencer: number;
  readonly offsetToken: string | null;
}

/** One channel's part of a chunk that a client wants registered. */
export interface ChannelWrite {
  readonly channel: string;
  readonly clientSequencer: number;
  readonly rowSequencer: number;
  readonly endOffsetToken: string | null;
}

/**
 * The state after an open. An open fences off the client before; what was committed stays, and an offset
 * token given with the open replaces the stored one.
 */
export function opened(before: ChannelState | undefined, offsetToken: string | null): ChannelState {
  if (!before) return { clientSequencer: 0, rowSequencer: 0, offsetToken };
  return {
    clientSequencer: before.clientSequencer + 1,
    rowSequencer: before.rowSequencer,
    offsetToken: offsetToken ?? before.offsetToken,
  };
}

/**
 * Judges all channels of one chunk together, in their order: either every code is 0 and the whole chunk may
 * be loaded, or none of it is and the channels that are healthy themselves get NEIGHBOUR_HAS_ISSUE.
 */
export function judgeChunk(
  writes: readonly ChannelWrite[],
  stateOf: (channel: string) => ChannelState | undefined,
): StatusCode[] {
  const codes = writes.map((write) => judgeWrite(write, stateOf(write.channel)));
  if (codes.every((code) => code === CODE.SUCCESS)) return codes;
  return codes.map((code) => (code === CODE.SUCCESS ? CODE.NEIGHBOUR_HAS_ISSUE : code));
}

function judgeWrite(write: ChannelWrite, state: ChannelState | undefined): StatusCode {
  if (!state) return CODE.CHANNEL_GONE;
  if (write.clientSequencer !== state.clientSequencer) return CODE.WRONG_CLIENT_SEQUENCER;
  if (write.rowSequencer !== state.rowSequencer + 1) return CODE.WRONG_ROW_SEQUENCER;
  return CODE.SUCCESS;
}

/** The state after the chunk with this write was committed. */
export function advanced(state: ChannelState, write: ChannelWrite): ChannelState {
  return { ...state, rowSequencer: write.rowSequencer, offsetToken: write.endOffsetToken };
}

/** Whether a client with that sequencer may read the channel's state, or drop the channel. */
export function judgeOwner(state: ChannelState | undefined, clientSequencer: number | null): StatusCode {
  if (!state) return CODE.CHANNEL_NOT_FOUND;
  if (clientSequencer !== null && clientSequencer !== state.clientSequencer)
    return CODE.WRONG_CLIENT_SEQUENCER;
  return CODE.SUCCESS;
}
