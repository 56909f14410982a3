import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { type HttpBindings, type ServerType, serve } from '@hono/node-server';
import { OAuthTokens } from './auth/oauth.ts';
import { LocalSnowflakeError } from './errors.ts';
import { Faults } from './faults/faults.ts';
import type { FaultRule } from './faults/rule.ts';
import { type Instance, openInstance, removeData } from './instance.ts';
import { Sessions } from './session/sessions.ts';
import type { EmulatorSettings } from './settings.ts';

/** What is rarely asked for: S3 instead of a shared folder, and faults to inject. */
export interface EmulatorBehaviour {
  readonly stage?: 'local' | 's3';
  readonly faults?: Faults;
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
    await this.#instance?.[Symbol.asyncDispose]();
    // When the next one cannot be opened, as on a full disk, a later reset tries once more.
    this.#instance = undefined;
    // The request for the reset is one of them.
    const until = performance.now() + RESET_WAIT_MS;
    while (this.#running > 1 && performance.now() < until) await setTimeout(5);
    removeData(this.#settings.dataDir);
    const fresh = await this.#open();
    await this.#sessions.reset(fresh.catalog);
    this.#faults.restart(this.#firstFaults);
    this.#instance = fresh;
  }

  #open(): Promise<Instance> {
    return openInstance({
      settings: this.#settings,
      clock,
      oauth: this.#oauth,
      sessions: this.#sessions,
      faults: this.#faults,
      stage: this.#stage,
      reset: () => this.reset(),
    });
  }
}

const clock = { now: () => Date.now() };

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

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const unavailable = (message: string) =>
    new LocalSnowflakeError('ADDRESS_UNAVAILABLE', message, { cause: error });
  if (error.code === 'EADDRINUSE') return unavailable(`port ${port} on ${host} is taken`);
  if (error.code === 'EADDRNOTAVAIL') return unavailable(`${host} is not an address of this machine`);
  return error;
}
