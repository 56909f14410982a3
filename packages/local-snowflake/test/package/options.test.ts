import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type EmulatorOptions, startEmulator } from '../../src/index.ts';
import { Client, startInTemporaryFolder } from '../local.ts';
import { RawClient } from '../streaming/raw-client.ts';

let emulator: Awaited<ReturnType<typeof startInTemporaryFolder>>;
afterEach(() => emulator?.remove());

async function start(options: EmulatorOptions): Promise<RawClient> {
  emulator = await startInTemporaryFolder({ user: 'U1', ...options });
  const privateKey = createPrivateKey(readFileSync(emulator.privateKeyPath));
  return new RawClient({ url: emulator.url, privateKey, stageDir: `${emulator.dataDir}/stage` });
}

test('stage: clients are asked to write into the folder, or to upload as to S3', async () => {
  const shared = await start({});
  const { body } = await shared.post('client/configure', { role: 'R' });
  expect(body.stage_location).toMatchObject({
    locationType: 'LOCAL_FS',
    location: `${emulator.dataDir}/stage`,
  });
  await emulator.remove();
  const uploading = await start({ stage: 's3' });
  const answer = await uploading.post('client/configure', { role: 'R' });
  expect(answer.body.stage_location).toMatchObject({ locationType: 'S3', endPoint: emulator.url });
});

test('faults strike as often as asked, and the seed is printed', async () => {
  const client = await start({ faults: ['configure:http=429:count=2', 'status:code=10'], faultSeed: 12 });
  expect(emulator.faultSeed).toBe(12);
  const statuses = [];
  for (let count = 0; count < 3; count++) {
    const { status } = await client.post('client/configure', { role: 'R' });
    statuses.push(status);
  }
  expect(statuses).toEqual([429, 429, 200]);
});

test('a password that is given is the one that holds, and no list of processes shows it', async () => {
  const password = 'given to startEmulator';
  await start({ password });
  const client = await Client.connect(emulator, { password });
  expect(await client.value('select 1')).toBe('1');
  await client.close();
  for (const file of ['cmdline', 'environ'])
    expect(readFileSync(`/proc/${emulator.pid}/${file}`, 'utf8')).not.toContain(password);
});

test('a password is any text', async () => {
  const password = 'two\nlines, "quotes" \\ ünïcode 🙂';
  await start({ password });
  expect(emulator.password).toBe(password);
});

test('the process knows nothing of the environment but names that hold no secret', async () => {
  const secrets = ['MYSQL_PASSWORD', 'SNOWFLAKE_PRIVATE_KEY_PASSPHRASE', 'AWS_SECRET_ACCESS_KEY', 'canary'];
  for (const name of secrets) process.env[name] = 'canary-in-the-environment';
  try {
    await start({});
  } finally {
    for (const name of secrets) delete process.env[name];
  }
  const environment = readFileSync(`/proc/${emulator.pid}/environ`, 'utf8');
  expect(environment).toContain('PATH=');
  expect(environment).not.toContain('canary');
});

test('a public key that is given needs its private key, which stays with its owner', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicKeyPath = '.local/options-test.pub';
  mkdirSync('.local', { recursive: true });
  writeFileSync(publicKeyPath, publicKey.export({ type: 'spki', format: 'pem' }));
  try {
    emulator = await startInTemporaryFolder({ publicKeyPath });
  } finally {
    rmSync(publicKeyPath);
  }
  expect(emulator.privateKeyPath).toBe('');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const client = await Client.connect(emulator, { authenticator: 'SNOWFLAKE_JWT', privateKey: pem });
  expect(await client.value('select current_user()')).toBe('LOCAL_USER');
  await client.close();
});

test.each([
  [{ faults: ['nowhere:reset'] }, /--faults nowhere:reset: endpoint takes one of/],
  [{ stage: 'gcs' as 's3' }, /invalid --stage gcs: expected local or s3/],
  [{ port: 99_999 }, /did not start/],
  [{ host: '192.0.2.1' }, /192\.0\.2\.1 is not an address of this machine/],
] as const)('%o does not start, and the error says why', async (options, why) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'local-snowflake-'));
  await expect(startEmulator({ dataDir, ...(options as EmulatorOptions) })).rejects.toThrow(why);
  rmSync(dataDir, { recursive: true });
});
