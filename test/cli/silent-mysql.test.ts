import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ends, startEnds } from '../e2e/local.ts';
import { type FakeServer, fakeServer, framed, OK, packetOf } from '../source/fake-server.ts';
import { snowstream } from './snowstream.ts';

let ends: Ends;
beforeAll(async () => {
  ends = await startEnds();
});
afterAll(() => ends[Symbol.asyncDispose]());

const settings = ({ port }: FakeServer): NodeJS.ProcessEnv => ({
  ...ends.env,
  MYSQL_URL: `mysql://reader:canary@127.0.0.1:${port}/shop`,
  MYSQL_TIMEOUT: '500',
  SNOWSTREAM_TABLES: 'people',
  SNOWSTREAM_CREATE: 'on',
  SNOWSTREAM_RETRIES: '0',
});

/** Takes the settings of the session, and says nothing more. */
async function silentLater(socket: Socket): Promise<void> {
  for (;;) if (/SET /.test((await packetOf(socket)).body.toString())) socket.write(framed(1, OK));
}

const SILENT: Readonly<Record<string, (socket: Socket) => Promise<void>>> = {
  'behind the login': async (socket) => void (await once(socket, 'close')),
  'once the session is set': silentLater,
};

describe.each(Object.entries(SILENT))('a MySQL server that is silent %s', (_, session) => {
  test.each(['plan', 'run', 'check', 'channels'])('ends %s with 5', async (name) => {
    await using server = await fakeServer({ session });
    const { code, stdout, stderr } = await snowstream([name], { cwd: ends.cwd, env: settings(server) });
    expect({ code, stdout }, stderr).toEqual({ code: 5, stdout: '' });
    expect(stderr).toMatch(
      /MySQL at 127\.0\.0\.1:\d+ cannot be reached: it did not answer within 0\.5 s; a higher MYSQL_TIMEOUT waits longer \[MYSQL_UNREACHABLE\]\n$/,
    );
  });

  test('is a finding of doctor', async () => {
    await using server = await fakeServer({ session });
    const { code, stdout } = await snowstream(['doctor'], { cwd: ends.cwd, env: settings(server) });
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ MySQL .*it did not answer within 0\.5 s/);
  });

  test('is tried again as often as asked', async () => {
    await using server = await fakeServer({ session });
    const env = { ...settings(server), SNOWSTREAM_RETRIES: '1' };
    const { code, stderr } = await snowstream(['plan'], { cwd: ends.cwd, env });
    expect(code, stderr).toBe(5);
    expect(stderr.match(/it did not answer within 0\.5 s/g)?.length).toBeGreaterThan(1);
  });
});
