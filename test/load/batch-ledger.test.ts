import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BatchLedger, type LedgerEntry } from '../../src/load/batch-ledger.ts';

const entry = (number: number, rejectedRows: number, rows = 3): LedgerEntry => ({
  offsetToken: `token ${number}`,
  rows,
  bytes: 10 * rows,
  rejected: Array.from({ length: rejectedRows }, (_, index) => ({
    key: [`${number}/${index}`],
    message: 'why',
  })),
  replaced: [{ column: 'C', policy: 'zeroDates', values: number }],
});

/** The same by adding up every batch each time. */
class PlainLedger {
  entries: LedgerEntry[] = [];
  constructor(readonly start: string | null) {}

  rollBackTo(committed: string | null) {
    const last = this.entries.findLastIndex(({ offsetToken }) => offsetToken === committed);
    this.entries.splice(last + 1);
  }

  get finalToken() {
    const taken = this.entries.findLast(({ rows, rejected }) => rejected.length < rows);
    return taken?.offsetToken ?? this.start;
  }

  get state() {
    const rows = this.entries.reduce((sum, each) => sum + each.rows, 0);
    const rejected = this.entries.flatMap((each) => each.rejected);
    const replaced = this.entries
      .flatMap((each) => each.replaced)
      .reduce((sum, { values }) => sum + values, 0);
    return { rows, bytes: 10 * rows, rejectedRows: rejected.length, rejected, replaced };
  }
}

function stateOf(ledger: BatchLedger) {
  const replaced = ledger.replaced.reduce((sum, { values }) => sum + values, 0);
  const { rows, bytes, rejectedRows, rejected } = ledger;
  return { rows, bytes, rejectedRows, rejected, replaced };
}

const action = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('add' as const), rejected: fc.integer({ min: 0, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fold' as const), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rollBack' as const), at: fc.nat() }) },
);

test('folded batches add up to what all of them do, whatever is taken back', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const [ledger, plain] = [new BatchLedger('start'), new PlainLedger('start')];
      let committed = -1;
      for (const [number, step] of actions.entries()) {
        const pick = (at: number) => committed + (at % (plain.entries.length - committed));
        if (step.kind === 'add') {
          ledger.add(entry(number, step.rejected));
          plain.entries.push(entry(number, step.rejected));
        } else if (step.kind === 'fold') {
          // A committed token never goes back.
          committed = pick(step.at);
          ledger.fold(plain.entries[committed]?.offsetToken ?? 'start');
        } else {
          committed = pick(step.at);
          const token = plain.entries[committed]?.offsetToken ?? 'start';
          const before = plain.state;
          plain.rollBackTo(token);
          expect(ledger.rollBackTo(token)).toEqual({
            rows: before.rows - plain.state.rows,
            bytes: before.bytes - plain.state.bytes,
          });
        }
        expect(stateOf(ledger)).toEqual(plain.state);
        expect(ledger.openBatches).toBeLessThanOrEqual(plain.entries.length - committed - 1);
        // Of a folded batch the committed token is enough, as no earlier one can be the last.
        const tokens: readonly (string | null)[] = ledger.finalTokens;
        const folded = plain.entries[committed]?.offsetToken ?? 'start';
        expect([plain.finalToken, folded]).toContain(tokens[0]);
        expect(tokens).toContain(plain.entries.at(-1)?.offsetToken ?? 'start');
      }
    }),
  );
});

test('the last token is that of the last batch of which a row was taken, then those of later ones', () => {
  const ledger = new BatchLedger(null);
  expect(ledger.finalTokens).toEqual([null]);
  ledger.add(entry(1, 3));
  expect(ledger.finalTokens).toEqual([null, 'token 1']);
  ledger.add(entry(2, 1));
  ledger.add(entry(3, 3));
  expect(ledger.finalTokens).toEqual(['token 2', 'token 3']);
  ledger.fold('token 2');
  expect(ledger.finalTokens).toEqual(['token 2', 'token 3']);
  ledger.fold('of somebody else');
  expect([ledger.openBatches, ledger.rejectedRows]).toEqual([1, 7]);
});

test('a load of 400,000 batches keeps those that are not committed', () => {
  const ledger = new BatchLedger(null);
  let longest = 0;
  for (let number = 1; number <= 400_000; number += 1) {
    ledger.add(entry(number, 0));
    if (number % 256 === 0) ledger.fold(`token ${number - 10}`);
    longest = Math.max(longest, ledger.openBatches);
  }
  expect(longest).toBeLessThanOrEqual(266);
  expect([ledger.rows, ledger.replaced.length]).toEqual([1_200_000, expect.any(Number)]);
  expect(ledger.replaced.length).toBeLessThanOrEqual(267);
});
