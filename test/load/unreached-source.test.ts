import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { stopJvm } from '../../src/bridge/jvm.ts';
import { defineSettings, run } from '../../src/index.ts';
import { closedPort } from '../fixtures/closed-port.ts';

afterAll(stopJvm);

test('a run that cannot reach MySQL does not wait for a login at Snowflake that is still in progress', async () => {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => void sockets.add(socket.resume().on('error', () => undefined)));
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const settings = defineSettings({
    mysql: { url: `mysql://reader:not-a-real-secret@127.0.0.1:${await closedPort()}/shop` },
    snowflake: {
      account: 'LOCAL',
      url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      user: 'U',
      privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
      database: 'D',
      schema: 'S',
    },
    tables: ['people'],
    // Long enough for the login to begin.
    retries: 2,
  });
  await expect(run(settings)).rejects.toMatchObject({ code: 'MYSQL_UNREACHABLE' });
  for (const socket of sockets) socket.destroy();
  await once(silent.close(), 'close');
  // The SDK gives such a login up after 50 s: to wait for it is a hang.
}, 40_000);
