import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HttpBindings, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { adminRoutes } from '../../src/admin/routes.ts';
import { KeyPairVerifier } from '../../src/auth/key-pair-jwt.ts';
import { OAuthTokens } from '../../src/auth/oauth.ts';
import { Catalog } from '../../src/catalog/catalog.ts';
import type { NewColumn } from '../../src/catalog/catalog-change.ts';
import type { Table } from '../../src/catalog/entities.ts';
import { parseDataType } from '../../src/catalog/type-name.ts';
import type { EmulatorContext } from '../../src/context.ts';
import { Faults } from '../../src/faults/faults.ts';
import { parseFaultFlag } from '../../src/faults/flag.ts';
import { faultMiddleware } from '../../src/faults/middleware.ts';
import { Store } from '../../src/store/store.ts';
import { streamingRoutes } from '../../src/streaming/routes.ts';

const OAUTH = { clientId: 'unused', clientSecret: 'unused', refreshToken: 'unused' };

export const DATABASE = 'DB1';

/** As much of a register request as tests look at. */
export interface RegisterRequest {
  blobs: { path: string; chunks: { table: string; channels: { channel_name: string }[] }[] }[];
}

/** The token of the admin API in tests. */
export const ADMIN_TOKEN = 'admin-token-of-the-tests';

/** The streaming endpoints over a real store, in this process, on a free port. */
export interface StreamingEmulator extends AsyncDisposable {
  readonly context: EmulatorContext;
  readonly url: string;
  readonly privateKey: KeyObject;
  readonly stageDir: string;
  readonly faults: Faults;
  /** Every request that came in, as method and path, before faults. */
  readonly requests: string[];
  /** Adds a fault as the flag `--faults` writes it; answers how often it has struck so far. */
  fault(flag: string): () => number;
  /** Every register request that came in. */
  readonly registered: readonly RegisterRequest[];
  /** Makes (or makes anew) a table in PUBLIC; columns are name and SQL type, `!` at the end for NOT NULL. */
  createTable(name: string, columns: Record<string, string>): Promise<Table>;
  /** The rows of DuckDB's table, in the order of loading. */
  rows(table: Table, select?: string): Promise<unknown[][]>;
}

export interface StartOptions {
  /** Kept at the end; without one a temporary folder is used. */
  folder?: string;
  port?: number;
  keys?: { publicKey: KeyObject; privateKey: KeyObject };
  stage?: 'local' | 's3';
}

export async function startStreaming(options: StartOptions = {}): Promise<StreamingEmulator> {
  const keys = options.keys ?? generateKeyPairSync('rsa', { modulusLength: 2048 });
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'streaming-'));
  const dataDir = join(folder, 'data');
  const stageDir = join(folder, 'stage');
  const store = await Store.open({ dataDir });
  const catalog = await Catalog.open(store);
  if (!catalog.database(DATABASE)) await catalog.change((change) => change.createDatabase(DATABASE));
  const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const verifier = new KeyPairVerifier('U1', publicKey, Date.now);
  const context: EmulatorContext = {
    settings: {
      host: '127.0.0.1',
      port: 0,
      dataDir,
      stageDir,
      account: 'LOCAL',
      user: 'U1',
      password: 'unused',
      publicKey,
      privateKeyPath: null,
      oauth: OAUTH,
      role: 'R1',
      warehouse: 'WH',
      database: DATABASE,
      schema: 'PUBLIC',
      log: false,
    },
    catalog,
    store,
    auth: { verifyKeyPairJwt: (token) => verifier.verify(token), oauth: new OAuthTokens(OAUTH, Date.now) },
    clock: { now: Date.now },
  };
  const registered: RegisterRequest[] = [];
  const requests: string[] = [];
  const faults = new Faults(1);
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(async (c, next) => {
    requests.push(`${c.req.method} ${c.req.path}`);
    await next();
  });
  app.use(faultMiddleware(faults));
  app.use('/v1/streaming/channels/write/blobs/', async (c, next) => {
    registered.push(await c.req.json<RegisterRequest>());
    await next();
  });
  app.route('/', streamingRoutes(context, { faults, stage: options.stage ?? 'local' }));
  app.route('/', adminRoutes(context, { faults, token: ADMIN_TOKEN, reset: async () => undefined }));
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: options.port ?? 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    context,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    privateKey: keys.privateKey,
    stageDir,
    faults,
    requests,
    fault(flag) {
      const { id } = faults.add(parseFaultFlag(flag));
      return () => faults.list().find((each) => each.id === id)?.injected ?? 0;
    },
    registered,
    createTable: (name, columns) =>
      catalog.change(async (change) => {
        const before = catalog.table(DATABASE, 'PUBLIC', name);
        if (before) await change.dropTable(before);
        return change.createTable({
          database: DATABASE,
          schema: 'PUBLIC',
          name,
          columns: newColumns(columns),
        });
      }),
    rows: (table, select = '*') =>
      store.read(async (connection) =>
        (await connection.runAndReadAll(`SELECT ${select} FROM store.data."t${table.id}"`)).getRowsJson(),
      ),
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
      await store[Symbol.asyncDispose]();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function newColumn(name: string, type: string): NewColumn {
  const nullable = !type.endsWith('!');
  return {
    name,
    type: parseDataType(nullable ? type : type.slice(0, -1)),
    nullable,
    default: null,
    comment: null,
    identity: null,
    collation: null,
  };
}

function newColumns(columns: Record<string, string>): NewColumn[] {
  return Object.entries(columns).map(([name, type]) => newColumn(name, type));
}
