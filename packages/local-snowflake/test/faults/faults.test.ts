import { expect, test } from 'vitest';
import { Faults } from '../../src/faults/faults.ts';
import { parseFaultFlag } from '../../src/faults/flag.ts';
import { targetsOf } from '../../src/faults/target.ts';

const T = { database: 'DB1', schema: 'PUBLIC', table: 'T', channel: 'C' };

function faults(seed: number, ...flags: string[]): Faults {
  const all = new Faults(seed);
  for (const flag of flags) all.add(parseFaultFlag(flag));
  return all;
}

function strikes(of: Faults, draws: number): string {
  return Array.from({ length: draws }, () => of.draw('open', 'request', [T]).length).join('');
}

test('count, after and both', () => {
  expect(strikes(faults(1, 'open:reset'), 6)).toBe('111111');
  expect(strikes(faults(1, 'open:reset:count=2'), 6)).toBe('110000');
  expect(strikes(faults(1, 'open:reset:after=2'), 6)).toBe('001111');
  expect(strikes(faults(1, 'open:reset:after=2:count=1'), 6)).toBe('001000');
});

test('probability: the seed decides, for each rule alone, and about as often as asked', () => {
  const flag = 'open:reset:probability=0.2';
  const one = strikes(faults(7, flag), 5000);
  expect(strikes(faults(7, flag), 5000)).toBe(one);
  expect(strikes(faults(8, flag), 5000)).not.toBe(one);
  expect(one.replaceAll('0', '').length).toBeGreaterThan(850);
  expect(one.replaceAll('0', '').length).toBeLessThan(1150);
  const beside = faults(7, flag, 'register:reset:probability=0.5');
  const mixed = Array.from({ length: 5000 }, () => {
    beside.draw('register', 'request', []);
    return beside.draw('open', 'request', [T]).length;
  });
  expect(mixed.join('')).toBe(one);
});

test('a seed is made when none is given', () => {
  expect(new Faults().seed).not.toBe(new Faults().seed);
});

test('delays add up, then the first other rule strikes and the rest are left for later', () => {
  const all = faults(1, 'open:delay=5', 'any:delay=6', 'any:reset:count=1', 'open:http=503:count=1');
  const kinds = () => all.draw('open', 'request', []).map((rule) => rule.kind);
  expect([kinds(), kinds(), kinds()]).toEqual([
    ['delay', 'delay', 'reset'],
    ['delay', 'delay', 'http'],
    ['delay', 'delay'],
  ]);
  expect(all.list().map(({ seen, injected }) => [seen, injected])).toEqual([
    [3, 3],
    [3, 3],
    [3, 1],
    [2, 1],
  ]);
});

test('filters: by table, by channel, in any spelling of the name, and only what matches is counted', () => {
  const all = faults(1, 'open:reset:table=db1.public."T":channel=c');
  expect(all.needsTargets('open')).toBe(true);
  expect(all.needsTargets('status')).toBe(false);
  for (const other of [{ table: 'U' }, { channel: 'D' }, { schema: 'S' }, { database: 'D' }]) {
    expect(all.draw('open', 'request', [{ ...T, ...other }])).toEqual([]);
  }
  expect(all.draw('open', 'request', [])).toEqual([]);
  expect(all.draw('open', 'request', [{ ...T, channel: 'X' }, T])).toHaveLength(1);
  expect(all.list()).toMatchObject([{ seen: 1, injected: 1 }]);
});

test('rules for channels are no rules for requests', () => {
  const all = faults(1, 'register:code=7', 'register:code=46');
  expect(all.draw('register', 'channel', [T])).toMatchObject([{ code: 7 }]);
  expect(all.draw('register', 'request', [T])).toMatchObject([{ code: 46 }]);
});

test('rules can be taken away', () => {
  const all = faults(1, 'open:reset', 'open:lost');
  expect([all.remove(1), all.remove(1), all.remove(9)]).toEqual([true, false, false]);
  expect(all.draw('open', 'request', [])).toMatchObject([{ kind: 'lost' }]);
  all.clear();
  expect(all.list()).toEqual([]);
  expect(all.add(parseFaultFlag('open:cut')).id).toBe(3);
});

test('the channels that a request names', () => {
  const table = { database: 'db1', schema: '"s"', table: 't' };
  const names = { database: 'DB1', schema: 's', table: 'T' };
  expect(targetsOf(JSON.stringify({ ...table, channel: 'a' }))).toEqual([{ ...names, channel: 'A' }]);
  expect(targetsOf(JSON.stringify({ channels: [{ ...table, channel_name: '"a"' }] }))).toEqual([
    { ...names, channel: 'a' },
  ]);
  const chunk = { ...table, channels: [{ channel_name: 'a' }, { channel_name: 'b' }] };
  expect(targetsOf(JSON.stringify({ blobs: [{ chunks: [chunk] }, { chunks: [] }] }))).toEqual([
    { ...names, channel: 'A' },
    { ...names, channel: 'B' },
  ]);
  for (const body of ['', '{', 'null', '[1]', '{"blobs": 3}', '{"table": 1, "channel": "x"}']) {
    expect(targetsOf(body).every((each) => each.channel === 'X')).toBe(true);
  }
});
