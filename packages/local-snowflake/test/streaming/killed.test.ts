import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { printedSeed } from '../../../../test/fixtures/seed.ts';
import { Random } from '../../../../test/types/random-numbers.ts';
import { Driver } from './driver.ts';
import { RawClient } from './raw-client.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const BUILD = join(ROOT, '.local/streaming-test');

const folder = mkdtempSync(join(tmpdir(), 'killed-'));
const privateKey = createPrivateKey(
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey,
);

/** An emulator that can be killed, started again on the same folder and port, and asked for rows. */
class Killable {
  #process: ChildProcess | undefined;
  #rowsPort = 0;
  port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const script = join(BUILD, 'packages/local-snowflake/test/streaming/emulator-process.js');
    this.#process = spawn('node', [script, folder, String(this.port)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = await once(this.#process.stdout as NodeJS.ReadableStream, 'data');
    [this.port = 0, this.#rowsPort = 0] = String(line).split(' ').map(Number);
  }

  async kill(): Promise<void> {
    if (!this.#process) return;
    const exit = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exit;
    this.#process = undefined;
  }

  /** Makes the table when it is not there. */
  async rows(table: string, select: string): Promise<string[][]> {
    const columns = { ID: 'NUMBER(18,0)!' };
    const response = await fetch(`http://127.0.0.1:${this.#rowsPort}`, {
      method: 'POST',
      body: JSON.stringify({ table, select, columns }),
    });
    return (await response.json()) as string[][];
  }
}

const emulator = new Killable();

beforeAll(async () => {
  const entry = join(ROOT, 'packages/local-snowflake/test/streaming/emulator-process.ts');
  const options =
    '--ignoreConfig --module nodenext --target es2023 --lib es2023,esnext.disposable --types node';
  const rest = ['--rewriteRelativeImportExtensions', '--skipLibCheck', '--rootDir', ROOT, '--outDir', BUILD];
  execFileSync(join(ROOT, 'node_modules/.bin/tsc'), [entry, ...options.split(' '), ...rest]);
  mkdirSync(join(folder, 'stage'));
  writeFileSync(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await emulator.start();
});

afterAll(async () => {
  await emulator.kill();
  rmSync(folder, { recursive: true, force: true });
});

const CHUNK_ROWS = 3000;
const KILLS = 12;

test(`offset token, sequencer and rows agree after ${KILLS} kills, and no chunk is lost or loaded twice`, async () => {
  await emulator.rows('K', 'count(*)');
  const client = new RawClient({ url: emulator.url, privateKey, stageDir: join(folder, 'stage') });
  const opened = await client.open('K', 'CH');
  const blobs = [];
  for (let row = 1; row <= 140; row++) {
    const query = `SELECT i::DECIMAL(18,0) AS ID FROM range(${(row - 1) * CHUNK_ROWS}, ${row * CHUNK_ROWS}) r(i)`;
    blobs.push(await client.blob([{ query, writes: [{ of: opened, rowSequencer: row, token: `t${row}` }] }]));
  }
  const deployment = (await client.post('client/configure', {})).body.deployment_id;

  const random = new Random(printedSeed());
  let next = 0;
  let lostReplies = 0;
  // At least one kill has to come between a commit and its answer; where the machine is slow, later than elsewhere.
  for (let kills = 0; kills < KILLS || (lostReplies === 0 && kills < 3 * KILLS); kills++) {
    const killed = setTimeout(20 + random.int(0, 60 + 5 * kills)).then(() => emulator.kill());
    // Many blobs a request, so that the emulator is registering all the time; after a kill the same request
    // comes again, as from the SDK.
    while (next < blobs.length && (await registers(client, blobs.slice(next, next + 10)))) next += 10;
    await killed;
    await emulator.start();
    const [status] = (await client.status(opened)).body.channels;
    const row = status?.persisted_row_sequencer ?? 0;
    expect(row).toBeGreaterThanOrEqual(next);
    if (row > next) lostReplies++;
    expect(status).toEqual({
      status_code: 0,
      persisted_row_sequencer: row,
      persisted_client_sequencer: 0,
      persisted_offset_token: row === 0 ? null : `t${row}`,
    });
    expect(await emulator.rows('K', 'count(*), count(DISTINCT ID), coalesce(max(ID), -1)')).toEqual([
      [row * CHUNK_ROWS, row * CHUNK_ROWS, row * CHUNK_ROWS - 1].map(String),
    ]);
    expect(readdirSync(join(folder, 'data/scratch'))).toEqual([]);
  }
  expect((await client.post('client/configure', {})).body.deployment_id).toBe(deployment);
  expect(await client.open('K', 'CH')).toMatchObject({
    client_sequencer: 1,
    encryption_key: opened.encryption_key,
  });
  expect(lostReplies).toBeGreaterThan(0);
  expect(next).toBeLessThan(blobs.length);
});

test('the SDK carries on over a kill and a restart, and the token tells the truth', async () => {
  await emulator.rows('S', 'count(*)');
  await using driver = new Driver();
  await driver.client('c', emulator.url, privateKey);
  const total = 150_000;
  let first = 0;
  for (let attempt = 0; first < total; attempt++) {
    if (attempt > 5) throw new Error(`No end of it.\n${driver.log}`);
    const id = `s${attempt}`;
    await driver.open(id, { client: 'c', table: 'S', channel: 'CH' });
    const token = await driver.committed(id);
    first = token === null ? 0 : Number(token) + 1;
    const killed =
      attempt > 0
        ? undefined
        : setTimeout(1200).then(async () => {
            await emulator.kill();
            await emulator.start();
          });
    // Batches with pauses, so that the kill falls among several flushes.
    try {
      for (let at = first; at < total; at += 10_000) {
        await driver.send({ op: 'generate', id, first: at, count: Math.min(10_000, total - at) });
        await setTimeout(200);
      }
      await driver.close(id);
      first = total;
    } catch {
      // The channel was lost with the emulator: open it again and go on after its token.
    }
    await killed;
    const [[count, distinct, max] = []] = await emulator.rows('S', 'count(*), count(DISTINCT ID), max(ID)');
    expect([count, distinct]).toEqual([String(Number(max) + 1), count]);
  }
  expect(await emulator.rows('S', 'count(*), count(DISTINCT ID), max(ID)')).toEqual([
    ['150000', '150000', '149999'],
  ]);
}, 110_000);

/** False when the emulator was gone before it answered. */
async function registers(client: RawClient, blobs: unknown[]): Promise<boolean> {
  try {
    expect(await client.registerCodes(...blobs)).toEqual(blobs.map(() => [[0]]));
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false; // fetch failed
    throw error;
  }
}
