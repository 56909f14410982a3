import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EmulatorOptions } from '../../src/index.ts';
import { Client, startInTemporaryFolder } from '../local.ts';
import { RawClient } from '../streaming/raw-client.ts';

/** A local Snowflake to look at, an SQL session and a streaming client. */
export interface Shown extends AsyncDisposable {
  readonly emulator: Awaited<ReturnType<typeof startInTemporaryFolder>>;
  readonly sql: Client;
  readonly streaming: RawClient;
}

export async function startShown(options: EmulatorOptions = {}): Promise<Shown> {
  const emulator = await startInTemporaryFolder({ user: 'U1', ...options });
  const sql = await Client.connect(emulator);
  await sql.rows('create database DB1');
  const streaming = new RawClient({
    url: emulator.url,
    privateKey: createPrivateKey(readFileSync(emulator.privateKeyPath)),
    stageDir: join(emulator.dataDir, 'stage'),
  });
  return {
    emulator,
    sql,
    streaming,
    async [Symbol.asyncDispose]() {
      await sql.close();
      await emulator.remove();
    },
  };
}

/** Streams rows of `ID NUMBER(18,0), NAME VARCHAR` into a table of DB1.PUBLIC. */
export async function stream(
  { streaming }: Shown,
  { table, channel, rows, token }: { table: string; channel: string; rows: number; token: string },
): Promise<void> {
  const of = await streaming.open(table, channel);
  const query = `SELECT i::DECIMAL(18,0) AS ID, 'n' || i AS NAME FROM range(${rows}) r(i)`;
  const writes = [{ of, rowSequencer: of.row_sequencer + 1, token }];
  const blob = await streaming.blob([{ query, writes }]);
  const codes = JSON.stringify(await streaming.registerCodes(blob));
  if (codes !== '[[[0]]]') throw new Error(`registering answered ${codes}`);
}
