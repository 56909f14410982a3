import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Emulator } from '../../packages/local-snowflake/src/emulator.ts';

/** A local Snowflake in this process, with what clients need to log in. */
export interface TestSnowflake extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly privateKey: KeyObject;
  readonly database: string;
}

/** Starts it on a free port with an empty folder, which goes at the end. */
export async function startSnowflake(): Promise<TestSnowflake> {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const login = { user: 'U1', password: 'correct horse', database: 'DB1' };
  const emulator = await Emulator.start({
    host: '127.0.0.1',
    port: 0,
    dataDir: join(folder, 'data'),
    stageDir: join(folder, 'stage'),
    account: 'LOCAL',
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKeyPath: null,
    oauth: { clientId: 'unused', clientSecret: 'unused', refreshToken: 'unused' },
    role: 'SYSADMIN',
    warehouse: 'WH',
    schema: 'PUBLIC',
    log: false,
    ...login,
  });
  return {
    ...login,
    port: emulator.port,
    url: `http://127.0.0.1:${emulator.port}`,
    privateKey,
    async [Symbol.asyncDispose]() {
      await emulator[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
