import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadChannel, rejectsChannel, shardChannel } from '../../src/checkpoint/channel-name.ts';
import { isMark, type LoadNames } from '../../src/checkpoint/load-state.ts';
import { RESTARTING } from '../../src/checkpoint/offset-token.ts';
import { tokenAt } from '../../src/checkpoint/position.ts';
import { RestartState } from '../../src/checkpoint/restart-state.ts';
import { WHOLE } from '../../src/checkpoint/shard.ts';
import type { StoredChannel } from '../../src/snowflake/channels.ts';

const own = loadChannel('shop', 'people');
const table = '9f1c2ab04d77';
const load: LoadNames = { channel: own, ownNames: [own], table, fingerprints: new Set([table]) };
const token = tokenAt({ shard: WHOLE, table, columns: ['5ad70c3e9f10'] }, ['7']);
const alone = () => new RestartState(load, () => []);

/** Snowflake's channels of one target, and the calls that a restart makes; the call of that number fails. */
class Target {
  readonly channels: Map<string, string | null>;
  #callsLeft: number;

  constructor(channels: ReadonlyMap<string, string | null>, callsUntilFailure: number) {
    this.channels = new Map(channels);
    this.#callsLeft = callsUntilFailure;
  }

  get stored(): StoredChannel[] {
    return [...this.channels].map(([name, offsetToken]) => ({ name, offsetToken, clientSequencer: '0' }));
  }

  /** A call that fails may have had its effect or not. */
  open(name: string, offsetToken: string | undefined, fails: 'before' | 'after'): string | null {
    const isFailing = this.#callsLeft-- === 0;
    if (isFailing && fails === 'before') throw new Error('lost');
    if (!this.channels.has(name)) this.channels.set(name, null);
    if (offsetToken !== undefined) this.channels.set(name, offsetToken);
    if (isFailing) throw new Error('lost');
    return this.channels.get(name) ?? null;
  }
}

/** Marks as `load/table-restart.ts` does. */
function mark(state: RestartState, target: Target, name: string, fails: 'before' | 'after'): void {
  state.opening(name);
  state.fenced(name, target.open(name, undefined, fails));
  target.open(name, RESTARTING, fails);
  state.marked(name);
}

const names = [own, shardChannel(own, 1), shardChannel(own, 2), rejectsChannel(own), 'SOMEBODY'];
const channels = fc
  .array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(null, token, RESTARTING)))
  .map((entries) => new Map(entries));

describe('a restart', () => {
  test('that fails anywhere before the first row is deleted can give back what every channel held', () => {
    const fails = fc.constantFrom('before' as const, 'after' as const);
    fc.assert(
      fc.property(channels, fc.nat({ max: 12 }), fails, (before, calls, how) => {
        const [state, target] = [alone(), new Target(before, calls)];
        try {
          mark(state, target, state.channel, how);
          for (const name of state.unmarked(target.stored)) mark(state, target, name, how);
          expect(state.unmarked(target.stored)).toEqual([]);
        } catch {
          // What is given back is what follows, whether the call had its effect or not.
        }
        const whole = new Target(target.channels, -1);
        for (const { channel, token: held } of state.restorations) {
          const now = whole.open(channel, held ?? undefined, 'before');
          if (held === null || now === null) whole.channels.delete(channel);
        }
        // Without a token a channel says nothing, so that it may be there or not.
        const said = (all: ReadonlyMap<string, string | null>) =>
          [...all].filter(([, text]) => text !== null).sort();
        expect(said(whole.channels)).toEqual(said(before));
      }),
      { numRuns: 1000 },
    );
  });

  test('marks every channel that is its own, and no other', () => {
    fc.assert(
      fc.property(channels, (before) => {
        const [state, target] = [alone(), new Target(before, -1)];
        mark(state, target, state.channel, 'before');
        for (const name of state.unmarked(target.stored)) mark(state, target, name, 'before');
        for (const [name, text] of target.channels) {
          const isOwn = name !== 'SOMEBODY' || before.get(name) !== null;
          expect(isMark(text), name).toBe(isOwn);
        }
      }),
    );
  });

  test('begins the new load, and gives up its own channel last', () => {
    const state = alone();
    const target = new Target(new Map([[shardChannel(own, 9), token]]), -1);
    for (const name of [own, shardChannel(own, 9)]) mark(state, target, name, 'before');
    const ranges = [shardChannel(own, 1), shardChannel(own, 2)];
    expect(state.end(ranges)).toEqual({ drop: [shardChannel(own, 9)], begin: ranges, dropLast: [own] });
    expect(state.end([own])).toEqual({ drop: [shardChannel(own, 9)], begin: [own], dropLast: [] });
  });

  test('marks a channel again that another restart has marked, and keeps what it held before', () => {
    const state = alone();
    const target = new Target(new Map([[own, token]]), -1);
    mark(state, target, own, 'before');
    mark(state, target, own, 'before');
    expect(state.restorations).toEqual([{ channel: own, token }]);
    // A mark of nobody's is not ours: the channel was not marked by this restart.
    expect(
      state.unmarked([{ name: shardChannel(own, 1), offsetToken: RESTARTING, clientSequencer: '0' }]),
    ).toEqual([shardChannel(own, 1)]);
  });

  test('leaves the channels of another load of the run into the same target to that one', () => {
    const other = loadChannel('shop', 'others');
    const all: RestartState[] = [];
    const state = new RestartState(load, () => all);
    all.push(state, new RestartState({ ...load, channel: other, ownNames: [other] }, () => all));
    const stored = [
      { name: shardChannel(other, 1), offsetToken: RESTARTING, clientSequencer: '0' },
      { name: 'BY_HAND', offsetToken: token, clientSequencer: '0' },
    ];
    expect(state.unmarked(stored)).toEqual(['BY_HAND']);
  });
});
