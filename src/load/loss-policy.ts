import { setTimeout as sleep } from 'node:timers/promises';
import { factsOf, SnowstreamError } from '../errors.ts';
import type { IngestChannel } from '../ingest/engine.ts';
import type { ShardPlan } from '../plan/shard.ts';

/** How often in a row a channel is opened again before it has committed anything more. */
const REOPENINGS = 5;
/** After so many losses in a row a channel is opened by a new client. */
const CHANNELS_A_CLIENT = 2;
/** Milliseconds before the first reopening; each further one in a row waits twice as long, give or take a half. */
const BACK_OFF = 200;

/** Whether an error means that the channel is lost, and not that the source, a row or Java is at fault. */
export function isLoss(error: unknown, { keyset }: ShardPlan, channel: IngestChannel): boolean {
  if (!(error instanceof SnowstreamError)) return false;
  // Nothing says where to resume in a table without a key; a call that did not come back may still be at work.
  if (keyset === undefined || factsOf(error.code).fault === 'jvm') return false;
  return error.code === 'CHANNEL_INVALID' || !channel.isValid() || channel.isClosed();
}

/** What follows from the losses of one channel: back-off, a new client after some, the end after more. */
export class LossPolicy {
  /** Losses without anything committed between. */
  #inARow = 0;

  /** Whether losses that go on belong to the client, as after a failover of the account. */
  get needsNewClient(): boolean {
    return this.#inARow > 0 && this.#inARow % CHANNELS_A_CLIENT === 0;
  }

  /**
   * Waits before the channel is opened again.
   *
   * @throws the reason of the signal when it ends the wait
   */
  async backOff(signal: AbortSignal | undefined): Promise<void> {
    const pause = BACK_OFF * 2 ** this.#inARow * (0.5 + Math.random());
    // The timer's own error would say only that it was ended.
    await sleep(pause, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
  }

  /**
   * Counts a loss after which the channel was opened again.
   *
   * @param progressed whether anything was committed since the loss before
   * @throws SnowstreamError CHANNEL_INVALID when it was lost too often in a row.
   */
  count(channel: string, progressed: boolean, cause: unknown): void {
    this.#inARow = progressed ? 1 : this.#inARow + 1;
    if (this.#inARow <= REOPENINGS) return;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SnowstreamError(
      'CHANNEL_INVALID',
      `channel ${channel} was lost ${REOPENINGS + 1} times in a row without anything committed between: ${reason}`,
      { cause },
    );
  }
}
