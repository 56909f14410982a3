import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { KeyPairVerifier } from './auth/key-pair-jwt.ts';
import type { OAuthTokens } from './auth/oauth.ts';
import { Catalog } from './catalog/catalog.ts';
import type { EmulatorContext } from './context.ts';
import { LocalSnowflakeError } from './errors.ts';
import { registerTextFunctions } from './json/functions.ts';
import { QueryRunner } from './query/runner.ts';
import { CELL_MACROS } from './results/cell.ts';
import { registerRealFunctions } from './results/real.ts';
import { type AppParts, createApp } from './server.ts';
import type { EmulatorSettings } from './settings.ts';
import { MACROS } from './sql/functions/macros.ts';
import { Store } from './store/store.ts';
import { registerTimeFunctions } from './time/functions.ts';
import { JavaScriptHost } from './udf/javascript-host.ts';

/** What a reset replaces: the data, what works on it, and the routes over both. */
export interface Instance extends AsyncDisposable {
  readonly app: ReturnType<typeof createApp>;
  readonly catalog: Catalog;
}

/** What outlives a reset. */
interface Lasting extends Pick<AppParts, 'faults' | 'stage' | 'sessions' | 'reset'> {
  readonly settings: EmulatorSettings;
  readonly clock: EmulatorContext['clock'];
  readonly oauth: OAuthTokens;
}

/**
 * Opens the store, with the first database, roles and warehouse where it is empty, and the routes over it.
 * @throws LocalSnowflakeError DATA_UNAVAILABLE when another process has the data.
 */
export async function openInstance(lasting: Lasting): Promise<Instance> {
  const { settings, clock, oauth, faults, stage, sessions, reset } = lasting;
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
    auth: { verifyKeyPairJwt: (token) => verifier.verify(token), oauth },
  };
  const runner = new QueryRunner(context, javascript);
  const app = createApp({
    context,
    runner,
    faults,
    stage,
    sessions,
    reset,
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

/** Removes the data of clients, and keeps the credentials beside it. */
export function removeData(dataDir: string): void {
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
