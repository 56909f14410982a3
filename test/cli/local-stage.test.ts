import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ends, startEnds } from '../e2e/local.ts';
import { snowstream } from './snowstream.ts';

// An endpoint by https is no local Snowflake, wherever it is: it makes a run write no file.

let ends: Ends;
let endpoint: Server;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  ends = await startEnds({ ownSnowflake: true });
  await ends.source.query('CREATE TABLE people (id INT PRIMARY KEY)');
  await ends.source.query('INSERT INTO people VALUES (1), (2)');
  const at = (name: string) => join(ends.cwd, name);
  const openssl = (command: string) => execFileSync('openssl', command.split(/\s+/), { stdio: 'pipe' });
  // Signed by an authority: the SQL driver asks for minutes whether a certificate that signs itself is revoked.
  openssl(
    `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ${at('ca-key.pem')} -out ${at('ca.pem')}`,
  );
  openssl(
    `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1
     -addext basicConstraints=critical,CA:FALSE -CA ${at('ca.pem')} -CAkey ${at('ca-key.pem')}
     -keyout ${at('key.pem')} -out ${at('cert.pem')}`,
  );
  execFileSync(
    'keytool',
    `-importcert -noprompt -alias test -file ${at('ca.pem')} -keystore ${at('trusted.p12')}
     -storetype PKCS12 -storepass changeit`.split(/\s+/),
    { stdio: 'pipe' },
  );
  const certificate = { key: readFileSync(at('key.pem')), cert: readFileSync(at('cert.pem')) };
  endpoint = createServer(certificate, async (request, response) => {
    const { url = '', method = 'GET', headers } = request;
    const sent = await buffer(request);
    const passed = Object.fromEntries(
      Object.entries(headers).filter(
        ([name]) => !/^(host|connection|content-length|transfer-encoding)$/.test(name),
      ),
    ) as Record<string, string>;
    const answer = await fetch(`${ends.emulator.url}${url}`, {
      method,
      headers: passed,
      ...(sent.length > 0 && { body: new Uint8Array(sent) }),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  const trust = { trustStore: at('trusted.p12'), trustStorePassword: 'changeit', trustStoreType: 'PKCS12' };
  env = {
    ...ends.env,
    SNOWFLAKE_URL: `https://127.0.0.1:${(endpoint.address() as AddressInfo).port}`,
    NODE_EXTRA_CA_CERTS: at('ca.pem'),
    JAVA_TOOL_OPTIONS: Object.entries(trust)
      .map(([name, value]) => `-Djavax.net.ssl.${name}=${value}`)
      .join(' '),
  };
});
afterAll(async () => {
  endpoint.closeAllConnections();
  endpoint.close();
  await ends[Symbol.asyncDispose]();
});

test('a run whose endpoint names a folder of this machine ends with exit code 2 and one line', async () => {
  const { code, stderr } = await snowstream(['run', '--create', '--table', 'people'], { cwd: ends.cwd, env });
  expect(stderr).toMatch(
    /\nsnowstream: https:\/\/127\.0\.0\.1:\d+ asks for files to be written into a folder [^\n]+ \[SNOWFLAKE_DENIED\]\n$/,
  );
  expect(code).toBe(2);
  const stage = readdirSync(ends.emulator.dataDir, { recursive: true, encoding: 'utf8' });
  expect(stage.filter((name) => name.endsWith('.bdec'))).toEqual([]);
  // Nothing was made either: the streaming client comes first.
  expect(await ends.snowflake.execute("SHOW TABLES LIKE 'PEOPLE'")).toEqual([]);
});
