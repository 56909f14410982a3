import { lookup } from 'node:dns/promises';
import { hostname, networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ends, startEnds } from '../e2e/local.ts';
import { makeCertificates } from '../source/certificates.ts';
import { fakeServer } from '../source/fake-server.ts';
import { snowstream } from './snowstream.ts';

let ends: Ends;
beforeAll(async () => {
  ends = await startEnds();
  await ends.source.query('CREATE TABLE people (id INT PRIMARY KEY)');
});
afterAll(() => ends[Symbol.asyncDispose]());

/** A server without TLS at an address that the system takes for this machine, and the settings for another one. */
const elsewhere = (port: number, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => {
  const { MYSQL_URL: _, ...env } = ends.env;
  const { user, password, database } = ends.mysql;
  return {
    ...env,
    MYSQL_HOST: '0.0.0.0',
    MYSQL_PORT: String(port),
    MYSQL_USER: user,
    MYSQL_PASSWORD: password,
    MYSQL_DATABASE: database,
    SNOWSTREAM_TABLES: 'people',
    SNOWSTREAM_CREATE: 'on',
    SNOWSTREAM_RETRIES: '0',
    ...more,
  };
};
const command = (name: string, env: NodeJS.ProcessEnv, ...flags: string[]) =>
  snowstream([name, ...flags], { cwd: ends.cwd, env });

const NO_TLS =
  /offers no TLS, or somebody on the network took the offer away: all rows are read in clear text/g;

describe('a MySQL server on another machine, without TLS', () => {
  test('is not connected to when nobody says how', async () => {
    await using server = await fakeServer({});
    const { code, stderr } = await command('plan', elsewhere(server.port));
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(
      /verify, the default for a host that is not this machine, .*or set MYSQL_SSL to required/,
    );
    expect(server.received).toEqual([]);
  });

  test('or without a certificate for its name', async ({ skip }) => {
    const { address } = await lookup(hostname());
    const own = Object.values(networkInterfaces()).flatMap((each) => each?.map((its) => its.address));
    skip(!address.startsWith('127.') && !own.includes(address), 'the name of this machine leads elsewhere');
    using certificates = makeCertificates();
    await using server = await fakeServer({ tls: certificates.server, address });
    const env = { ...elsewhere(server.port), MYSQL_HOST: hostname() };
    const { code, stderr } = await command('plan', env);
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(
      /access denied by MySQL .*certificate.*; check MYSQL_SSL_CA .*; MYSQL_SSL=required takes any certificate, .* \[MYSQL_DENIED\]\n$/,
    );
    // The demand for TLS, which names no user.
    expect(server.received).toHaveLength(1);
    const way = await command('plan', { ...env, MYSQL_SSL: 'required' });
    expect(way.stderr).not.toMatch(/certificate/);
    expect(server.received.length).toBeGreaterThan(1);
  });

  test('is warned about with preferred, and its rows are read', async ({ skip }) => {
    skip(process.env.TEST_MYSQL_URL !== undefined, 'a server of the tester may have TLS');
    for (const flags of [[], ['--json']]) {
      const env = elsewhere(ends.mysql.port, { MYSQL_SSL: 'preferred' });
      const { code, stderr } = await command('plan', env, ...flags);
      expect(code, stderr).toBe(0);
      expect(stderr.match(NO_TLS), stderr).toHaveLength(1);
      if (flags.length > 0)
        expect(
          stderr
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line)),
        ).toContainEqual(expect.objectContaining({ level: 40, msg: expect.stringMatching(NO_TLS) }));
    }
  });

  test.each(['plan', 'run', 'check', 'channels'])('ends %s with --strict', async (name) => {
    await using server = await fakeServer({});
    const env = elsewhere(server.port, { MYSQL_SSL: 'preferred', SNOWSTREAM_STRICT: 'on' });
    const { code, stderr } = await command(name, env);
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(
      /it has no TLS, and --strict takes no connection without it; .* \[MYSQL_DENIED\]\n$/,
    );
    expect(server.received).toEqual([]);
  });

  test('is named by doctor, and nothing is said of it on stderr', async ({ skip }) => {
    skip(process.env.TEST_MYSQL_URL !== undefined, 'a server of the tester may have TLS');
    const env = elsewhere(ends.mysql.port, { MYSQL_SSL: 'preferred' });
    const { stdout, stderr } = await command('doctor', env);
    expect(stdout).toMatch(/✓ MySQL .* at 0\.0\.0\.0:\d+, without TLS, 1 of 1 table readable/);
    expect(stderr).not.toMatch(NO_TLS);
    const strict = await command('doctor', { ...env, SNOWSTREAM_STRICT: 'on' });
    expect(strict.stdout).toMatch(/✗ MySQL .*--strict takes no connection without it/);
    expect(strict.code).toBe(1);
  });
});
