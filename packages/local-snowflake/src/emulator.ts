import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { KeyPairVerifier } from './auth/key-pair-jwt.ts';
import { OAuthTokens } from './auth/oauth.ts';
import { Catalog } from './catalog/catalog.ts';
import type { EmulatorContext } from './context.ts';
import { Faults } from './faults/faults.ts';
import { registerTextFunctions } from './json/functions.ts';
import { QueryRunner } from './query/runner.ts';
import { CELL_MACROS } from './results/cell.ts';
import { registerRealFunctions } from './results/real.ts';
import { createApp } from './server.ts';
import type { EmulatorSettings } from './settings.ts';
import { MACROS } from './sql/macros.ts';
import { Store } from './store/store.ts';
import { registerTimeFunctions } from './time/functions.ts';
import { JavaScriptHost } from './udf/javascript-host.ts';

/** What is rarely asked for: S3 instead of a shared folder, and things that go wrong on demand. */
export interface EmulatorBehaviour {
  readonly stage?: 'local' | 's3';
  readonly faults?: Faults;
}

/** The emulator inside this process; tests and programs start it as one of its own, see index.ts. */
export class Emulator implements AsyncDisposable {
  readonly #server: ServerType;
  readonly #store: Store;
  readonly #javascript: JavaScriptHost;
  readonly #runner: QueryRunner;
  /** Where it listens. */
  readonly port: number;

  private constructor(server: ServerType, store: Store, javascript: JavaScriptHost, runner: QueryRunner) {
    this.#server = server;
    this.#runner = runner;
    this.#store = store;
    this.#javascript = javascript;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Opens the store and listens. @throws Error when the port is taken or the data is of another process. */
  static async start(
    settings: EmulatorSettings,
    { stage = 'local', faults = new Faults() }: EmulatorBehaviour = {},
  ): Promise<Emulator> {
    mkdirSync(settings.dataDir, { recursive: true });
    const store = await openStore(settings.dataDir);
    const javascript = new JavaScriptHost();
    await store.read(async (connection) => {
      registerTextFunctions(connection);
      registerTimeFunctions(connection);
      registerRealFunctions(connection);
      javascript.register(connection);
      for (const macro of [...MACROS, ...CELL_MACROS]) await connection.run(`CREATE MACRO ${macro}`);
    });
    const catalog = await Catalog.open(store);
    await createFirstDatabase(catalog, settings);
    await createFirstRoles(catalog, settings);
    const clock = { now: () => Date.now() };
    const verifier = new KeyPairVerifier(settings.user, settings.publicKey, clock.now);
    const context: EmulatorContext = {
      settings,
      catalog,
      store,
      clock,
      auth: {
        verifyKeyPairJwt: (token) => verifier.verify(token),
        oauth: new OAuthTokens(settings.oauth, clock.now),
      },
    };
    const runner = new QueryRunner(context, javascript);
    const app = createApp({ context, runner, faults, stage });
    const server = await listen(app.fetch, settings);
    return new Emulator(server, store, javascript, runner);
  }

  /** Stops listening, aborts the queries that run, lets other writers finish and closes the store. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    if ('closeAllConnections' in this.#server) this.#server.closeAllConnections();
    await closed;
    // Closing a connection waits for its query on this thread, for which a function of JavaScript in the query waits.
    await this.#runner.abortAll();
    this.#javascript.stop();
    await this.#store[Symbol.asyncDispose]();
  }
}

async function createFirstDatabase(
  catalog: Catalog,
  { database, schema, isNamed = false }: EmulatorSettings,
): Promise<void> {
  if (catalog.databases.size > 0 && !isNamed) return;
  await catalog.change(async (change) => {
    if (!catalog.databases.has(database)) await change.createDatabase(database);
    if (schema !== 'PUBLIC' && catalog.schema(database, schema) === undefined)
      await change.createSchema(database, schema);
  });
}

/** The roles that every account has; the one user has them all. */
const SYSTEM_ROLES = ['ACCOUNTADMIN', 'ORGADMIN', 'PUBLIC', 'SECURITYADMIN', 'SYSADMIN', 'USERADMIN'];

/** The roles of every account, and the role and the warehouse that the user has by default. */
async function createFirstRoles(catalog: Catalog, { role, warehouse }: EmulatorSettings): Promise<void> {
  const missing = new Set([...SYSTEM_ROLES, role].filter((name) => !catalog.roles.has(name)));
  if (missing.size === 0 && catalog.warehouses.has(warehouse)) return;
  await catalog.change(async (change) => {
    for (const name of missing) await change.createRole(name, null);
    if (!catalog.warehouses.has(warehouse)) await change.createWarehouse(warehouse, 'X-Small', null);
  });
}

/**
 * Milliseconds for the headers, for a whole request (a large blob may take minutes on a machine under load), and
 * between two requests of a connection.
 */
const REQUEST_TIMES = {
  headersTimeout: 20_000,
  requestTimeout: 300_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 5_000,
};
/** The official clients keep a few connections each. */
const MOST_CONNECTIONS = 1_000;

function listen(
  fetch: Parameters<typeof serve>[0]['fetch'],
  { host, port }: EmulatorSettings,
): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: host, port, serverOptions: REQUEST_TIMES }, () => {
      server.maxConnections = MOST_CONNECTIONS;
      resolve(server);
    });
    server.on('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
  });
}

async function openStore(dataDir: string): Promise<Store> {
  try {
    return await Store.open({ dataDir });
  } catch (error) {
    const [, holder] = /Conflicting lock is held .*\(PID (\d+)\)/.exec(String(error)) ?? [];
    if (holder === undefined) throw error;
    const message = `another local Snowflake (process ${holder}) has locked the data in ${dataDir}`;
    throw new Error(message, { cause: error });
  }
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') return new Error(`port ${port} on ${host} is taken`, { cause: error });
  if (error.code === 'EADDRNOTAVAIL') {
    return new Error(`${host} is no address of this machine`, { cause: error });
  }
  return error;
}
