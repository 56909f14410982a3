import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningEmulator, startEmulator } from 'local-snowflake';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENDPOINTS } from '../../packages/local-snowflake/src/faults/endpoint.ts';
import { faultRule } from '../../packages/local-snowflake/src/faults/rule.ts';
import { openSession } from '../../src/snowflake/session.ts';
import { settingsOf } from '../e2e/local.ts';
import { blocksOf, pages } from './markdown.ts';

const PAGE = pages().find(({ path }) => path === 'packages/local-snowflake/docs/local-snowflake.md') ?? {
  path: '',
  text: '',
};

let cwd: string;
let local: RunningEmulator;

function ended(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'admin-api-'));
  local = await startEmulator({ dataDir: join(cwd, '.snowstream/snowflake') });
}, 60_000);
afterAll(async () => {
  await local.stop();
  rmSync(cwd, { recursive: true });
});

// Not every machine has curl: this one does with its arguments what curl does with them.
const CURL = `
curl() {
  node -e '
    const [url, ...rest] = process.argv.slice(1).filter((each) => each !== "-s");
    const headers = {}; let method, body;
    for (let at = 0; at < rest.length; at += 2) {
      const value = rest[at + 1];
      if (rest[at] === "-H") { const [name, ...text] = value.split(": "); headers[name] = text.join(": "); }
      else if (rest[at] === "-X") method = value;
      else if (rest[at] === "-d") { body = value; headers["content-type"] = "application/x-www-form-urlencoded"; }
      else throw new Error("curl " + rest[at]);
    }
    fetch(url, { method: method ?? (body === undefined ? "GET" : "POST"), headers, ...(body && { body }) })
      .then(async (answer) => console.log(JSON.stringify([answer.status, await answer.json()])));
  ' -- "$@"
}
`;

describe('the admin API as docs/local-snowflake.md has it', () => {
  test('the examples work as they stand', async () => {
    await using session = await openSession(settingsOf(local));
    await session.execute('CREATE TABLE T (ID INT)');
    const block = blocksOf(PAGE).find(({ code }) => code.includes('/admin/'));
    const { stdout, stderr } = await ended('bash', ['-c', `set -e\n${CURL}\n${block?.code}`], {
      cwd,
      env: { ...process.env, URL: local.url },
    });
    expect(stderr).toBe('');
    const state = (id: number, rule: object) => ({
      id,
      rule: expect.objectContaining(rule),
      seen: 0,
      injected: 0,
    });
    const first = state(1, { endpoint: 'register', kind: 'code', code: 7, count: 3, level: 'channel' });
    const second = state(2, { endpoint: 'query', kind: 'http', status: 503, probability: 0.1 });
    const third = state(3, { endpoint: 'open', kind: 'delay', ms: 2000, table: 'SHOP.RAW.ORDERS', after: 1 });
    const { faultSeed: seed, database, schema } = local;
    const table = { database, schema, table: 'T' };
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      [201, first],
      [201, second],
      [201, third],
      [200, { seed, faults: [first, second, third] }],
      [200, { id: 1 }],
      [200, { seed, faults: [] }],
      [200, { rotated: [{ ...table, encryption_key_id: expect.any(Number) }] }],
    ]);
  });

  test('the token is of its owner alone', () => {
    expect(statSync(join(local.dataDir, 'admin_token')).mode & 0o777).toBe(0o600);
  });

  // What the table says of each field, tried on the rule itself.
  const table = [...PAGE.text.matchAll(/^\| `(\w+)` \| (.*) \| (.*) \|$/gm)].map(
    ([, field = '', is = '', of = '']) => ({
      field,
      is,
      of,
    }),
  );
  const fields = table.filter(({ of }) => /every fault|kinds? `|endpoints `open`|the same/.test(of));
  const NEEDED: Readonly<Record<string, object>> = {
    code: { endpoint: 'register', code: 7 },
    http: { endpoint: 'register', status: 503 },
    delay: { endpoint: 'register', ms: 1 },
    slow: { endpoint: 'register', ms: 1 },
    reset: { endpoint: 'register' },
    cut: { endpoint: 'register' },
    lost: { endpoint: 'register' },
  };
  const VALUES: Readonly<Record<string, unknown>> = {
    endpoint: 'status',
    code: 7,
    status: 503,
    ms: 1,
    count: 1,
    after: 0,
    probability: 0.5,
    table: 'T',
    channel: 'C',
    level: 'request',
  };

  test('the table has every field, and says which kinds take it', () => {
    expect(fields.map(({ field }) => field).sort()).toEqual([...Object.keys(VALUES), 'kind'].sort());
    for (const { field, of } of fields.filter(({ field: name }) => name !== 'kind'))
      for (const [kind, needed] of Object.entries(NEEDED)) {
        const isTaken = !of.startsWith('kind') || of.split(',')[0]?.includes(`\`${kind}\``) === true;
        const rule = { kind, ...needed, [field]: VALUES[field] };
        expect(faultRule.safeParse(rule).success, `${kind} with ${field}`).toBe(isTaken);
        const { [field]: _taken, ...without } = rule as Record<string, unknown>;
        const isRequired = isTaken && of.endsWith('required');
        expect(faultRule.safeParse(without).success, `${kind} without ${field}`).toBe(!isRequired);
      }
  });

  test('it names every endpoint, kind and HTTP status', () => {
    for (const endpoint of ENDPOINTS) expect(PAGE.text).toContain(`\`${endpoint}\``);
    const statuses =
      table
        .find(({ field }) => field === 'status')
        ?.is.match(/\d+/g)
        ?.map(Number) ?? [];
    for (let status = 100; status < 600; status++)
      expect(faultRule.safeParse({ endpoint: 'open', kind: 'http', status }).success, `${status}`).toBe(
        statuses.includes(status),
      );
    const kinds = table.find(({ field }) => field === 'kind')?.is.match(/\w+(?=`)/g) ?? [];
    expect(kinds.sort()).toEqual(Object.keys(NEEDED).sort());
  });
});
