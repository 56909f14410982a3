import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'snowflake-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningEmulator, startEmulator } from '../../src/index.ts';
import type { Expected, ExpectedError, Proof } from './case.ts';
import { connect, disconnect, type Result, run } from './client.ts';
import { FAMILIES } from './families.ts';

const folder = mkdtempSync(join(tmpdir(), 'snowstream-statements-'));
let emulator: RunningEmulator;
let connection: Connection;

beforeAll(async () => {
  emulator = await startEmulator({ dataDir: folder });
  connection = await connect(emulator);
  await run(connection, 'create schema cases');
});
afterAll(async () => {
  await disconnect(connection);
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(FAMILIES)('$title', ({ cases }) => {
  test.each(cases)('$name', async ({ proofs }) => {
    for (const proof of proofs) {
      await run(connection, 'use database local_db');
      await run(connection, makes(proof) ? 'create or replace schema cases' : 'use schema cases');
      await prove(proof);
    }
    if (!proofs.some(marksSession)) return;
    await disconnect(connection);
    connection = await connect(emulator);
  });
});

/** Whether a proof does more than ask. */
function makes([sql]: Proof): boolean {
  return [sql].flat().some((statement) => !/^(?:select|with|values)\b/.test(statement));
}

/** Whether a proof leaves something in its session: a parameter, a variable, a role, a warehouse, a transaction. */
function marksSession([sql]: Proof): boolean {
  return [sql]
    .flat()
    .some((statement) =>
      /^(?:alter session|use|set|begin|create(?: or replace)? warehouse|drop warehouse)\b/.test(statement),
    );
}

/** Holds what the last statement answers against what is expected; every proof is looked at, also after a failed one. */
async function prove([sql, expected, columns = {}]: Proof): Promise<void> {
  const statements = typeof sql === 'string' ? [sql] : sql;
  const last = statements.at(-1) as string;
  for (const statement of statements.slice(0, -1)) await run(connection, statement);
  const outcome = await run(connection, last).catch(errorOf);
  if (isError(expected)) {
    const { names = '', ...codes } = expected;
    const { message = `${last} did not fail`, ...found } = 'code' in outcome ? outcome : {};
    expect.soft(found, `${last}\n${message}`).toEqual(codes);
    expect.soft(message, last).toContain(names);
  } else if ('code' in outcome) {
    expect.soft(outcome, last).toEqual({});
  } else {
    expect.soft(cells(outcome, columns.only ?? outcome.names), last).toEqual(rowsOf(expected));
    if (columns.names) expect.soft(outcome.names, last).toEqual(columns.names);
    if (columns.types) expect.soft(outcome.types, last).toEqual(columns.types);
  }
}

function errorOf(reason: unknown): { code: string; state: string; message: string } {
  const { code, sqlState, message } = reason as { code: string; sqlState: string; message: string };
  return { code: String(code).padStart(6, '0'), state: sqlState, message };
}

function isError(expected: Expected): expected is ExpectedError {
  return typeof expected === 'object' && expected !== null && 'code' in expected;
}

function rowsOf(expected: Exclude<Expected, ExpectedError>): readonly (readonly (string | null)[])[] {
  return typeof expected === 'string' || expected === null ? [[expected]] : expected;
}

function cells({ names, rows }: Result, wanted: readonly string[]): (string | null)[][] {
  if (wanted === names) return rows.map((row) => [...row]);
  const places = wanted.map((name) => names.indexOf(name));
  return rows.map((row) => places.map((place) => row[place] ?? null));
}

test('a feature is listed once, and an unsupported one says so', () => {
  const all = FAMILIES.flatMap(({ cases }) => cases);
  const names = all.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  const silent = all.filter(
    ({ level, proofs }) => level === 'unsupported' && !proofs.every(([, each]) => isError(each)),
  );
  expect(silent).toEqual([]);
});
