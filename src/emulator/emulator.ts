import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { KeyPairVerifier } from './auth/key-pair-jwt.ts';
import { Catalog } from './catalog/catalog.ts';
import type { EmulatorContext } from './context.ts';
import { registerTextFunctions } from './json/functions.ts';
import { CELL_MACROS } from './results/cell.ts';
import { createApp } from './server.ts';
import type { EmulatorSettings } from './settings.ts';
import { MACROS } from './sql/macros.ts';
import { Store } from './store/store.ts';
import { registerTimeFunctions } from './time/functions.ts';
import { JavaScriptHost } from './udf/javascript-host.ts';

/** The emulator inside this process; tests and programs start it as one of its own, see index.ts. */
export class Emulator implements AsyncDisposable {
  readonly #server: ServerType;
  readonly #store: Store;
  readonly #javascript: JavaScriptHost;
  /** Where it listens. */
  readonly port: number;

  private constructor(server: ServerType, store: Store, javascript: JavaScriptHost) {
    this.#server = server;
    this.#store = store;
    this.#javascript = javascript;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Opens the store and listens. @throws Error when the port is taken or the data is of another process. */
  static async start(settings: EmulatorSettings): Promise<Emulator> {
    mkdirSync(settings.dataDir, { recursive: true });
    const store = await Store.open({ dataDir: settings.dataDir });
    const javascript = new JavaScriptHost();
    await store.read(async (connection) => {
      for (const macro of [...MACROS, ...CELL_MACROS]) await connection.run(`CREATE MACRO ${macro}`);
      registerTextFunctions(connection);
      registerTimeFunctions(connection);
      javascript.register(connection);
    });
    const catalog = await Catalog.open(store);
    await createFirstDatabase(catalog, settings);
    const clock = { now: () => Date.now() };
    const verifier = new KeyPairVerifier(settings.user, settings.publicKey, clock.now);
    const context: EmulatorContext = {
      settings,
      catalog,
      store,
      clock,
      auth: { verifyKeyPairJwt: (token) => verifier.verify(token) },
    };
    const app = createApp(context, javascript);
    const server = await listen(app.fetch, settings);
    return new Emulator(server, store, javascript);
  }

  /** Stops listening, lets writers finish and closes the store. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    if ('closeAllConnections' in this.#server) this.#server.closeAllConnections();
    await closed;
    this.#javascript.stop();
    await this.#store[Symbol.asyncDispose]();
  }
}

async function createFirstDatabase(catalog: Catalog, { database, schema }: EmulatorSettings): Promise<void> {
  if (catalog.databases.size > 0) return;
  await catalog.change(async (change) => {
    await change.createDatabase(database);
    if (schema !== 'PUBLIC') await change.createSchema(database, schema);
  });
}

function listen(
  fetch: Parameters<typeof serve>[0]['fetch'],
  { host, port }: EmulatorSettings,
): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: host, port }, () => resolve(server));
    server.on('error', reject);
  });
}
