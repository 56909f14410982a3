import { describe, expect, test } from 'vitest';
import {
  earlierLoadChannel,
  loadChannel,
  rejectsChannel,
  shardChannel,
} from '../../src/checkpoint/channel-name.ts';
import {
  competingChannels,
  type LoadNames,
  loadState,
  ownChannelOf,
} from '../../src/checkpoint/load-state.ts';
import { encodeToken, RESTARTING } from '../../src/checkpoint/offset-token.ts';
import { tokenAt } from '../../src/checkpoint/position.ts';
import { type Shard, WHOLE } from '../../src/checkpoint/shard.ts';
import type { StoredChannel } from '../../src/snowflake/channels.ts';
import { earlierText } from './arbitrary-token.ts';

const MINE = '9f1c2ab04d77';
const THEIRS = '000000000000';
const columns = ['5ad70c3e9f10'];
const ownNames = [loadChannel('shop', 'order_items'), earlierLoadChannel('shop', 'order_items')];
const [own = '', earlier = ''] = ownNames;
const load: LoadNames = { channel: own, ownNames, table: MINE, fingerprints: new Set([MINE]) };

const channel = (name: string, offsetToken: string | null): StoredChannel => ({
  name,
  offsetToken,
  clientSequencer: '0',
});
const token = (key: readonly string[], { table = MINE, shard = WHOLE as Shard } = {}) =>
  tokenAt({ table, shard, columns }, key);
const bounds = [['100'], ['200']];
const range = (index: number): Shard => ({ kind: 'range', index, bounds });

describe('the state of a load', () => {
  test('is new without a token', () => {
    expect(loadState([], load)).toEqual({ kind: 'new' });
    expect(loadState([channel(own, null), channel('OTHER', 'x')], load)).toEqual({ kind: 'new' });
    const retried = encodeToken({ kind: 'rejects', file: 'f', record: 3 });
    expect(loadState([channel(rejectsChannel(own), retried)], load)).toEqual({ kind: 'new' });
  });

  test('is begun by one channel, or by key ranges that each token names', () => {
    expect(loadState([channel(own.toLowerCase(), token(['7']))], load)).toEqual({
      kind: 'begun',
      bounds: [],
    });
    expect(loadState([channel(own, token([]))], load)).toEqual({ kind: 'begun', bounds: [] });
    const second = channel(shardChannel(own, 2), token(['150'], { shard: range(2) }));
    expect(loadState([channel(shardChannel(own, 1), null), second], load)).toEqual({ kind: 'begun', bounds });
  });

  test('is the same by tokens of version 2', () => {
    const text = earlierText({
      kind: 'load',
      table: MINE,
      columns: { count: 1, fingerprint: '5ad70c3e9f10' },
      shard: range(3),
      key: ['201'],
    });
    expect(loadState([channel(shardChannel(own, 3), text)], load)).toEqual({ kind: 'begun', bounds });
  });

  test('is restarting while any channel of the target holds the mark', () => {
    for (const mark of [RESTARTING, '{"restart":"begun"}'])
      expect(loadState([channel(own, token(['7'])), channel('X', mark)], load)).toEqual({
        kind: 'restarting',
      });
  });

  test('is foreign when another name has brought rows of the table', () => {
    expect(loadState([channel('BY_HAND', token(['7']))], load)).toEqual({
      kind: 'foreign',
      channel: 'BY_HAND',
    });
    // Nothing is there twice before a row was read.
    expect(loadState([channel('BY_HAND', token([]))], load)).toEqual({ kind: 'new' });
    expect(loadState([channel('BY_HAND', token(['7'], { table: THEIRS }))], load)).toEqual({ kind: 'new' });
    // By a key that is not known any more, the name says whose it is.
    expect(loadState([channel(earlier, token(['7'], { table: THEIRS }))], load)).toEqual({
      kind: 'foreign',
      channel: earlier,
    });
  });

  test('is invalid where a shard of its name belongs to another table or key', () => {
    const text = token(['150'], { table: THEIRS, shard: range(2) });
    const name = shardChannel(own, 2);
    expect(loadState([channel(name, text)], load)).toEqual({ kind: 'invalid', channel: name, token: text });
    // A shard at another place is another load's channel, whose name looks like one of ours.
    expect(loadState([channel(shardChannel(own, 1), text)], load)).toEqual({ kind: 'new' });
  });
});

describe('the channel that a load resumes by', () => {
  const fingerprints = new Set([MINE]);

  test('is that of this version, unless an earlier one has begun the load', () => {
    expect(ownChannelOf([], ownNames, fingerprints)).toBe(own);
    expect(ownChannelOf([channel(earlier, token(['7']))], ownNames, fingerprints)).toBe(earlier);
    const shard = channel(shardChannel(earlier, 1), token(['7'], { shard: range(1) }));
    expect(ownChannelOf([shard], ownNames, fingerprints)).toBe(earlier);
    // The same name, for another table.
    const theirs = channel(earlier, token(['7'], { table: THEIRS }));
    expect(ownChannelOf([theirs], ownNames, fingerprints)).toBe(own);
    expect(ownChannelOf([channel(earlier, null)], ownNames, fingerprints)).toBe(own);
    const both = [channel(earlier, token(['7'])), channel(own, token(['9']))];
    expect(ownChannelOf(both, ownNames, fingerprints)).toBe(own);
  });
});

test('another division of a load is its channels that are not ours', () => {
  const stored = [
    channel(own, null),
    channel(shardChannel(own, 1), null),
    channel(shardChannel(own, 2), token(['150'], { shard: range(2) })),
    channel(shardChannel(own, 3), token(['250'], { table: THEIRS, shard: range(3) })),
    channel(rejectsChannel(own), null),
    channel('OTHER', null),
  ];
  const names = (mine: readonly string[]) => competingChannels(stored, load, mine).map(({ name }) => name);
  expect(names([own.toLowerCase()])).toEqual([shardChannel(own, 1), shardChannel(own, 2)]);
  expect(names([shardChannel(own, 1), shardChannel(own, 2)])).toEqual([own]);
});
