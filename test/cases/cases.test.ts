import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderError } from '../../src/rendered-error.ts';
import { stopJvm } from '../fixtures/jvm.ts';
import { type Failure, type Outcome, readCases } from './case.ts';
import { isServer } from './server.ts';
import { type Ended, Suite } from './suite.ts';

const CASES = readCases(import.meta.dirname);
/** Milliseconds; five cases share two cores and one JVM. */
const LIMIT = 120_000;

let suite: Suite;

beforeAll(async () => {
  suite = await Suite.start();
});

afterAll(async () => {
  stopJvm();
  await suite[Symbol.asyncDispose]();
});

test('there are cases for all that is promised', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(80);
});

for (const each of CASES) {
  test.concurrent(each.name, { timeout: LIMIT }, async ({ skip, expect }) => {
    if (each.servers !== undefined && !isServer(suite.server, each.servers)) {
      const { product, version } = suite.server;
      skip(`not applicable: it needs ${each.servers}, the server is ${product} ${version.join('.')}`);
    }
    const ended = await suite.play(each);
    if (each.failure !== undefined) expectFailure(ended, each.failure, expect);
    if (each.outcome !== undefined) expectOutcome(ended, each.outcome, expect);
  });
}

type Expect = typeof expect;

function expectFailure(ended: Ended, failure: Failure, expect: Expect): void {
  if (!('error' in ended)) throw new Error(`the run ended well: ${JSON.stringify(ended.shown)}`);
  const { code, exitCode, message, detail } = renderError(ended.error);
  expect({ code, exitCode, message }).toMatchObject({ code: failure.code, exitCode: failure.exitCode });
  for (const part of [failure.message].flat()) expect(message).toContain(part);
  for (const part of failure.detail) expect(detail).toContain(part);
}

function expectOutcome(ended: Ended, outcome: Outcome, expect: Expect): void {
  if ('error' in ended) throw ended.error;
  const { report, shown } = ended;
  expect(report.tables).toHaveLength(1);
  const [table] = report.tables;
  if (outcome.columns !== undefined) expect(shown.columns).toEqual(Object.entries(outcome.columns));
  if (outcome.comments !== undefined) expect(shown.comments).toEqual(outcome.comments);
  expect(shown.rows).toEqual(outcome.rows);
  expect(byKey(table?.rejected ?? [])).toEqual(
    byKey(outcome.rejected).map(({ key, column, reason }) =>
      expect.objectContaining({ key, column, message: expect.stringContaining(reason) }),
    ),
  );
  expect(byColumn(table?.policies ?? [])).toEqual(byColumn(outcome.policies));
  const differences = table?.proof.differences ?? [];
  if (outcome.proven) expect(differences).toEqual([]);
  else expect(differences).not.toEqual([]);
}

function byColumn(policies: readonly { column: string; policy: string; values: number }[]): string[] {
  return policies.map(({ column, policy, values }) => `${column} ${policy} ${values}`).sort();
}

/** A batch tells of rows that we reject before those that the SDK rejects. */
function byKey<Row extends { readonly key: readonly string[] }>(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => (JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1));
}
