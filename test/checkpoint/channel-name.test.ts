import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  channelRole,
  earlierLoadChannel,
  loadChannel,
  loadOf,
  rejectsChannel,
  shardChannel,
  shardIndex,
} from '../../src/checkpoint/channel-name.ts';

describe('the channel of a load', () => {
  test('shows plain names as they are', () => {
    expect(loadChannel('shop', 'people')).toBe('SNOWSTREAM_SHOP_PEOPLE_0');
    expect(loadChannel('s$1', '2024x')).toBe('SNOWSTREAM_S$1_2024X_0');
    expect(loadChannel('shop', 'order_items')).toMatch(/^SNOWSTREAM_SHOP_ORDER_ITEMS_[0-9A-F]{12}_0$/);
    expect(loadChannel('shop', 'Orders')).toMatch(/^SNOWSTREAM_SHOP_ORDERS_[0-9A-F]{12}_0$/);
  });

  test('is a plain identifier, always the same one, and that of no other table', () => {
    const word = fc.constantFrom('a', 'A', 'b', '_', '0', '1', '$', '-', ' ', 'é', '.', '漢', 'DEADBEEF0000');
    const name = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(''));
    const any = fc.oneof(name, fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }));
    const table = fc.tuple(any, any);
    fc.assert(
      fc.property(table, table, ([database, one], [otherDatabase, other]) => {
        const channel = loadChannel(database, one);
        expect(channel).toMatch(/^SNOWSTREAM_[A-Z0-9_$]+$/);
        expect(channel.length).toBeLessThanOrEqual(255);
        const isSame = database === otherDatabase && one === other;
        expect(loadChannel(otherDatabase, other) === channel).toBe(isSame);
        if (isSame) return;
        // No channel of one load is named like one of the other's.
        for (const name of [channel, shardChannel(channel, 2), rejectsChannel(channel)])
          expect(channelRole(loadChannel(otherDatabase, other), name)).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['shop', 'eu_people', 'shop_eu', 'people'],
    ['shop', 'Orders', 'shop', 'orders'],
    ['shop', 'my-table', 'shop', 'my_table'],
    ['a_b', 'c', 'a', 'b_c'],
  ])('of %s.%s is another than that of %s.%s', (...names) => {
    const [database, table, otherDatabase, otherTable] = names;
    expect(loadChannel(database, table)).not.toBe(loadChannel(otherDatabase, otherTable));
  });

  test('of earlier versions is still known', () => {
    expect(earlierLoadChannel('shop', 'people')).toBe(loadChannel('shop', 'people'));
    expect(earlierLoadChannel('shop', 'order_items')).toBe('SNOWSTREAM_SHOP_ORDER_ITEMS_0');
    expect(earlierLoadChannel('Shop', 'PEOPLE')).toBe('SNOWSTREAM_SHOP_PEOPLE_0');
    expect(earlierLoadChannel('shop', 'my table')).toMatch(/^SNOWSTREAM_SHOP_MY_TABLE_0_[0-9A-F]{8}$/);
  });
});

describe('a role', () => {
  const load = loadChannel('shop', 'people');

  test('is known by the name, in any case', () => {
    expect(channelRole(load, load)).toEqual({ index: 0, rejects: false });
    expect(channelRole(load, shardChannel(load, 12).toLowerCase())).toEqual({ index: 12, rejects: false });
    expect(channelRole(load, rejectsChannel(load))).toEqual({ index: 0, rejects: true });
    expect(channelRole(load, rejectsChannel(shardChannel(load, 1)))).toEqual({ index: 1, rejects: true });
    expect(shardIndex(load, shardChannel(load, 3))).toBe(3);
    expect(shardIndex(load, rejectsChannel(load))).toBeUndefined();
  });

  test.each(['_0', '_01', '_1_2', '1', '_1x', '_REJECTS_1', '_rejectsx'])('is none: %s', (suffix) => {
    expect(channelRole(load, `${load}${suffix}`)).toBeUndefined();
  });

  test('is none in the load of another table', () => {
    expect(channelRole(load, loadChannel('shop', 'peoples'))).toBeUndefined();
  });

  test('names its load', () => {
    for (const name of [
      load,
      shardChannel(load, 4),
      rejectsChannel(load),
      rejectsChannel(shardChannel(load, 1)),
    ])
      expect(loadOf(name)).toBe(load);
  });
});
