import { mkdirSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type HttpBindings, type ServerType, serve } from '@hono/node-server';
import { KeyPairVerifier } from './auth/key-pair-jwt.ts';
import { OAuthTokens } from './auth/oauth.ts';
import { Catalog } from './catalog/catalog.ts';
import type { EmulatorContext } from './context.ts';
import { LocalSnowflakeError } from './errors.ts';
import { Faults } from './faults/faults.ts';
import type { FaultRule } from './faults/rule.ts';
import { registerTextFunctions } from './json/functions.ts';
import { QueryRunner } from './query/runner.ts';
import { CELL_MACROS } from './results/cell.ts';
import { registerRealFunctions } from './results/real.ts';
import { createApp } from './server.ts';
import { Sessions } from './session/sessions.ts';
import type { EmulatorSettings } from './settings.ts';
import { MACROS } from './sql/functions/macros.ts';
import { Store } from './store/store.ts';
import { registerTimeFunctions } from './time/functions.ts';
import { JavaScriptHost } from './udf/javascript-host.ts';

/** What is rarely asked for: S3 instead of a shared folder, and faults to inject. */
export interface EmulatorBehaviour {
  readonly stage?: 'local' | 's3';
  readonly faults?: Faults;
}

/** What a reset replaces: the data, what works on it, and the routes over both. */
interface Instance extends AsyncDisposable {
  readonly app: ReturnType<typeof createApp>;
  readonly catalog: Catalog;
}

/** Milliseconds that a reset waits for requests that it cannot abort; what they do later fails. */
const RESET_WAIT_MS = 1_000;

/** The emulator inside this process; tests and programs start it as one of its own, see index.ts. */
export class Emulator implements AsyncDisposable {
  readonly #settings: EmulatorSettings;
  readonly #stage: 'local' | 's3';
  readonly #faults: Faults;
  readonly #firstFaults: readonly FaultRule[];
  readonly #oauth: OAuthTokens;
  readonly #sessions: Sessions;
  /** Requests that have begun and not ended. */
  #running = 0;
  #instance: Instance | undefined;
  #server: ServerType | undefined;
  #resetting: Promise<void> | undefined;

  private constructor(
    settings: EmulatorSettings,
    { stage = 'local', faults = new Faults() }: EmulatorBehaviour,
  ) {
    this.#settings = settings;
    this.#stage = stage;
    this.#faults = faults;
    this.#firstFaults = faults.list().map(({ rule }) => rule);
    this.#oauth = new OAuthTokens(settings.oauth, clock.now);
    this.#sessions = new Sessions(settings.oauth.refreshToken, clock.now);
  }

  /** Opens the store and listens. @throws LocalSnowflakeError when the address or the data are in use. */
  static async start(settings: EmulatorSettings, behaviour: EmulatorBehaviour = {}): Promise<Emulator> {
    const emulator = new Emulator(settings, behaviour);
    emulator.#instance = await emulator.#open();
    emulator.#server = await listen((request, env) => emulator.#answer(request, env), settings);
    return emulator;
  }

  /** Where it listens. */
  get port(): number {
    const address = this.#server?.address() as AddressInfo | undefined;
    return address?.port ?? 0;
  }

  /**
   * Returns to the state of the first start. Credentials and sessions stay; queries that run are aborted, and requests
   * that come meanwhile wait.
   */
  reset(): Promise<void> {
    this.#resetting ??= this.#replace().finally(() => {
      this.#resetting = undefined;
    });
    return this.#resetting;
  }

  /** Stops listening, aborts the queries that run, lets other writers finish and closes the store. */
  async [Symbol.asyncDispose](): Promise<void> {
    const server = this.#server;
    const closed = new Promise((resolve) => server?.close(resolve));
    if (server && 'closeAllConnections' in server) server.closeAllConnections();
    await closed;
    await this.#resetting;
    await this.#instance?.[Symbol.asyncDispose]();
  }

  async #answer(request: Request, env: unknown): Promise<Response> {
    await this.#resetting;
    this.#running++;
    try {
      return (
        (await this.#instance?.app.fetch(request, env as HttpBindings)) ?? new Response(null, { status: 503 })
      );
    } finally {
      this.#running--;
    }
  }

  async #replace(): Promise<void> {
    this.#faults.clear();
    const old = this.#instance;
    await old?.[Symbol.asyncDispose]();
    // The request for the reset is one of them.
    const until = performance.now() + RESET_WAIT_MS;
    while (this.#running > 1 && performance.now() < until) await setTimeout(5);
    removeData(this.#settings.dataDir);
    const fresh = await this.#open();
    await this.#sessions.reset(fresh.catalog);
    this.#faults.restart(this.#firstFaults);
    this.#instance = fresh;
  }

  async #open(): Promise<Instance> {
    const settings = this.#settings;
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
    const verifier = new KeyPairVerifier(settings.user, settings.publicKey, clock.now);
    const context: EmulatorContext = {
      settings,
      catalog,
      store,
      clock,
      auth: { verifyKeyPairJwt: (token) => verifier.verify(token), oauth: this.#oauth },
    };
    const runner = new QueryRunner(context, javascript);
    const app = createApp({
      context,
      runner,
      faults: this.#faults,
      stage: this.#stage,
      sessions: this.#sessions,
      reset: () => this.reset(),
    });
    return {
      app,
      catalog,
      async [Symbol.asyncDispose]() {
        // Closing a connection waits for its query on this thread, for which a function of JavaScript in the query waits.
        await runner.abortAll();
        javascript.stop();
        await store[Symbol.asyncDispose]();
      },
    };
  }
}

const clock = { now: () => Date.now() };

/** Removes the data of clients, and keeps the credentials beside it. */
function removeData(dataDir: string): void {
  for (const name of ['store.duckdb', 'store.duckdb.wal', 'scratch', 'spill', 'stage'])
    rmSync(join(dataDir, name), { recursive: true, force: true });
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
    throw new LocalSnowflakeError('DATA_UNAVAILABLE', message, { cause: error });
  }
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const unavailable = (message: string) =>
    new LocalSnowflakeError('ADDRESS_UNAVAILABLE', message, { cause: error });
  if (error.code === 'EADDRINUSE') return unavailable(`port ${port} on ${host} is taken`);
  if (error.code === 'EADDRNOTAVAIL') return unavailable(`${host} is not an address of this machine`);
  return error;
}
