import type { StoredChannel } from '../snowflake/channels.ts';
import { isSameChannel } from './channel-name.ts';
import { isMark, isNamedAfter, isOtherLoad, type LoadNames } from './load-state.ts';

/** A channel that gets back what it held before a restart. */
export interface Restoration {
  readonly channel: string;
  /** `null`: it had no token, and is dropped; `undefined`: unknown, as it was never opened for sure. */
  readonly token: string | null | undefined;
}

/** How a restart ends, in this order. */
export interface RestartEnd {
  /** Channels that the new load does not have. */
  readonly drop: readonly string[];
  /** Channels of the new load, whose tokens say that it was begun. */
  readonly begin: readonly string[];
  /** The load's own channel, where the new load does not have it: as long as it holds the mark, no run resumes. */
  readonly dropLast: readonly string[];
}

/**
 * Where the restart of one load is: which of its channels were opened, what they held before, and which hold the mark.
 * It says what is to be done next, and what has to be given back after a failure; `load/restart.ts` does it.
 *
 * A channel goes from opened (it may hold anything) to fenced (what it held is known, and nobody else writes by it) to
 * marked (no run resumes from it).
 */
export class RestartState {
  readonly #load: LoadNames;
  readonly #neighbours: () => readonly RestartState[];
  /** By names in capitals, in the order of their opening. */
  readonly #channels = new Map<string, { name: string; before?: string | null; marked: boolean }>();

  /** @param neighbours the restarts of other loads into the same target */
  constructor(load: LoadNames, neighbours: () => readonly RestartState[]) {
    this.#load = load;
    this.#neighbours = neighbours;
  }

  /** The load's own channel, which is marked first. */
  get channel(): string {
    return this.#load.channel;
  }

  /** Whether a channel was opened, so that it may hold the mark. */
  get isBegun(): boolean {
    return this.#channels.size > 0;
  }

  /** Opening makes a channel that is not there; whether it has is not known when it fails. */
  opening(name: string): void {
    if (!this.#channels.has(name.toUpperCase()))
      this.#channels.set(name.toUpperCase(), { name, marked: false });
  }

  /** @param before the token that the channel held when it was opened */
  fenced(name: string, before: string | null): void {
    const channel = this.#opened(name);
    // A mark may be the one of this restart: what was there before it is known already.
    if (channel.before === undefined || !isMark(before)) channel.before = before;
  }

  /** Snowflake has the mark as the channel's token. */
  marked(name: string): void {
    this.#opened(name).marked = true;
  }

  /** Channels of the load that do not hold our mark: a run may have made them meanwhile. */
  unmarked(stored: readonly StoredChannel[]): readonly string[] {
    return stored
      .filter((channel) => this.isOwn(channel))
      .filter(
        ({ name, offsetToken }) =>
          !(isMark(offsetToken) && this.#channels.get(name.toUpperCase())?.marked === true),
      )
      .map(({ name }) => name);
  }

  /** What gives every channel back what it held. */
  get restorations(): readonly Restoration[] {
    return [...this.#channels.values()].map(({ name, before }) => ({ channel: name, token: before }));
  }

  /** @param wanted the channels of the new load */
  end(wanted: readonly string[]): RestartEnd {
    const marked = [...this.#channels.values()].filter((channel) => channel.marked).map(({ name }) => name);
    const left = marked.filter((name) => !wanted.some((each) => isSameChannel(each, name)));
    const isFirst = (name: string) => isSameChannel(name, this.channel);
    return {
      drop: left.filter((name) => !isFirst(name)),
      begin: wanted,
      dropLast: left.filter(isFirst),
    };
  }

  /**
   * A channel of the load, of one of its shards or of rejected rows that are sent again; one with the mark of a restart
   * that nobody completes; or that of another load of the same table, whose rows are deleted with the others.
   */
  isOwn(channel: StoredChannel): boolean {
    if (this.isNamed(channel.name)) return true;
    if (this.isNeighbours(channel.name)) return false;
    return isMark(channel.offsetToken) || isOtherLoad(channel, this.#load) || this.#isEarlier(channel);
  }

  /** Whether it is a channel of another load of the run into the same target. */
  isNeighbours(name: string): boolean {
    return this.#neighbours().some((other) => other !== this && other.isNamed(name));
  }

  /** Whether a channel is named after the load. */
  isNamed(name: string): boolean {
    return isNamedAfter(this.#load.channel, name);
  }

  /** A program of an earlier version may have opened it, and not committed anything yet. */
  #isEarlier({ name, offsetToken }: StoredChannel): boolean {
    return offsetToken === null && this.#load.ownNames.some((own) => isNamedAfter(own, name));
  }

  #opened(name: string) {
    this.opening(name);
    return this.#channels.get(name.toUpperCase()) as { before?: string | null; marked: boolean };
  }
}
