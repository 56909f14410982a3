import fc from 'fast-check';
import { expect, test } from 'vitest';
import { channelName, channelPlace } from '../../src/ingest/channel-name.ts';

test('plain names are readable, and the case of a table does not make another channel', () => {
  expect(channelName('shop', 'people', '0')).toBe('SNOWSTREAM_SHOP_PEOPLE_0');
  expect(channelName('Shop', 'PEOPLE', '0')).toBe('SNOWSTREAM_SHOP_PEOPLE_0');
  expect(channelName('shop', 'people', '12')).toBe('SNOWSTREAM_SHOP_PEOPLE_12');
  expect(channelName('s$1', '2024_x', '0')).toBe('SNOWSTREAM_S$1_2024_X_0');
});

test('names that differ in their special characters alone have channels of their own', () => {
  const names = [
    'my-table',
    'my table',
    'my.table',
    'my_table',
    'my`table',
    'my"table',
    'myütable',
    'my漢table',
  ];
  const channels = names.map((name) => channelName('shop', name, '0'));
  expect(new Set(channels).size).toBe(names.length);
  expect(channels[3]).toBe('SNOWSTREAM_SHOP_MY_TABLE_0');
});

test('any name gives a plain identifier, always the same one', () => {
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 64 });
  fc.assert(
    fc.property(name, name, (database, table) => {
      const channel = channelName(database, table, '0');
      expect(channel).toMatch(/^SNOWSTREAM_[A-Z0-9_$]+$/);
      expect(channel.length).toBeLessThanOrEqual(255);
      expect(channelName(database, table, '0')).toBe(channel);
      expect(channelName(database, table, '1')).not.toBe(channel);
    }),
  );
});

test('the channels of a load are known by their names, in any case, and no others', () => {
  const load = channelName('shop', 'people', '0');
  const place = (name: string) => channelPlace(load, name);
  expect(place(load)).toBe(0);
  expect(place(`${load}_1`)).toBe(1);
  expect(place(`${load.toLowerCase()}_12`)).toBe(12);
  for (const other of ['_0', '_01', '_REJECTS', '_1_REJECTS', '_1_2', '1', '_1x'])
    expect(place(`${load}${other}`), other).toBeUndefined();
  expect(place(channelName('shop', 'peoples', '0'))).toBeUndefined();
});
