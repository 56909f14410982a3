import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advanced,
  type ChannelState,
  judgeChunk,
  judgeOwner,
  opened,
} from '../../src/streaming/channel-state.ts';

/** What clients can do to one channel, in any order; `behind` is how old the sender's sequencers are. */
const action = fc.oneof(
  fc.record({ kind: fc.constant('open' as const), token: fc.option(fc.string()) }),
  fc.record({
    kind: fc.constant('write' as const),
    clientBehind: fc.integer({ min: -1, max: 2 }),
    rowBehind: fc.integer({ min: -1, max: 2 }),
    token: fc.option(fc.string()),
  }),
);

describe('the state of a channel', () => {
  test('accepts exactly the next chunk of the latest owner, whatever comes in between', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        let state: ChannelState | undefined;
        let opens = 0;
        let chunks = 0;
        let token: string | null = null;
        for (const each of actions) {
          if (each.kind === 'open') {
            state = opened(state, each.token);
            opens++;
            token = each.token ?? token;
          } else {
            const write = {
              channel: 'C',
              clientSequencer: opens - 1 - each.clientBehind,
              rowSequencer: chunks + 1 - each.rowBehind,
              endOffsetToken: each.token,
            };
            const [code] = judgeChunk([write], () => state);
            const expected = !state ? 19 : each.clientBehind ? 20 : each.rowBehind ? 21 : 0;
            expect(code).toBe(expected);
            if (state && code === 0) {
              state = advanced(state, write);
              chunks++;
              token = each.token;
            }
          }
          if (opens > 0)
            expect(state).toEqual({ clientSequencer: opens - 1, rowSequencer: chunks, offsetToken: token });
        }
      }),
    );
  });

  test('a chunk is all or nothing: healthy channels get 22 as soon as one is not', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 19, 20, 21), { minLength: 1, maxLength: 8 }), (wanted) => {
        const state = { clientSequencer: 4, rowSequencer: 7, offsetToken: 'x' };
        const writes = wanted.map((code, index) => ({
          channel: String(index),
          clientSequencer: code === 20 ? 3 : 4,
          rowSequencer: code === 21 ? 9 : 8,
          endOffsetToken: null,
        }));
        const codes = judgeChunk(writes, (name) => (wanted[Number(name)] === 19 ? undefined : state));
        const allWell = wanted.every((code) => code === 0);
        expect(codes).toEqual(wanted.map((code) => (code === 0 && !allWell ? 22 : code)));
      }),
    );
  });

  test('belongs to the client that opened last', () => {
    const state = opened(opened(undefined, null), null);
    expect([
      judgeOwner(undefined, 0),
      judgeOwner(state, 0),
      judgeOwner(state, 1),
      judgeOwner(state, null),
    ]).toEqual([25, 20, 0, 0]);
  });
});
