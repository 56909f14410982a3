import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EmulatorOptions, type RunningEmulator, startEmulator } from 'local-snowflake';
import { openSession, type SnowflakeSession } from '../../src/snowflake/session.ts';
import { settingsOf } from '../e2e/local.ts';

/** A fault that was asked for, and how often it struck. */
export interface AskedFault {
  readonly struck: () => Promise<number>;
  readonly remove: () => Promise<void>;
}

/** A local Snowflake that can be killed and started again over the same data and port. */
export class KillableSnowflake implements AsyncDisposable {
  readonly #options: EmulatorOptions;
  #running: RunningEmulator;
  #session: SnowflakeSession | undefined;

  private constructor(options: EmulatorOptions, running: RunningEmulator) {
    this.#options = options;
    this.#running = running;
  }

  static async start(dataDir: string, options: EmulatorOptions = {}): Promise<KillableSnowflake> {
    const all = { dataDir, ...options };
    return new KillableSnowflake(all, await startEmulator(all));
  }

  get port(): number {
    return this.#running.port;
  }

  get pid(): number {
    return this.#running.pid;
  }

  get privateKeyPath(): string {
    return this.#running.privateKeyPath;
  }

  environment(port: number): NodeJS.ProcessEnv {
    const { account, user, privateKeyPath, database, schema, warehouse, role } = this.#running;
    return {
      SNOWFLAKE_ACCOUNT: account,
      SNOWFLAKE_URL: `http://127.0.0.1:${port}`,
      SNOWFLAKE_USER: user,
      SNOWFLAKE_PRIVATE_KEY_PATH: privateKeyPath,
      SNOWFLAKE_DATABASE: database,
      SNOWFLAKE_SCHEMA: schema,
      SNOWFLAKE_WAREHOUSE: warehouse,
      SNOWFLAKE_ROLE: role,
    };
  }

  /** A session of the test's own, past every proxy. */
  async session(): Promise<SnowflakeSession> {
    this.#session ??= await openSession(settingsOf(this.#running));
    return this.#session;
  }

  async rows(sql: string): Promise<Readonly<Record<string, string | null>>[]> {
    return (await this.session()).execute(sql);
  }

  async kill(): Promise<void> {
    this.#session = undefined; // there is nobody left to log out from
    process.kill(this.#running.pid, 'SIGKILL');
    await this.#running.exited;
  }

  async startAgain(): Promise<void> {
    this.#running = await startEmulator({ ...this.#options, port: this.#running.port });
  }

  /** Adds a fault by the emulator's own switch. */
  async fault(rule: Readonly<Record<string, string | number>>): Promise<AskedFault> {
    const { id } = (await this.#admin('POST', 'faults', rule)) as { id: number };
    let last = 0;
    const struck = async () => {
      const { faults } = (await this.#admin('GET', 'faults')) as {
        faults: { id: number; injected: number }[];
      };
      last = faults.find((fault) => fault.id === id)?.injected ?? last;
      return last;
    };
    const remove = async () => {
      await struck();
      await this.#admin('DELETE', `faults/${id}`);
    };
    return { struck, remove };
  }

  /** Takes back all faults, those that have not struck yet among them. */
  async removeFaults(): Promise<void> {
    const { faults } = (await this.#admin('GET', 'faults')) as { faults: { id: number }[] };
    for (const { id } of faults) await this.#admin('DELETE', `faults/${id}`);
  }

  /** Becomes another deployment, with keys of its own. */
  async failOver(): Promise<void> {
    await this.#admin('POST', 'failover');
  }

  async #admin(method: string, path: string, body?: object): Promise<unknown> {
    const token = readFileSync(join(this.#running.dataDir, 'admin_token'), 'utf8').trim();
    const response = await fetch(`${this.#running.url}/admin/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} /admin/${path}: ${await response.text()}`);
    return response.json();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session?.close();
    await this.#running.stop();
  }
}
