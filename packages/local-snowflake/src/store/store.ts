import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { duckText } from './duck-text.ts';
import { Mutex } from './mutex.ts';

/** Where the store keeps its files, and how much memory DuckDB may use (a DuckDB size such as `600MB`). */
export interface StoreOptions {
  readonly dataDir: string;
  readonly memoryLimit?: string;
}

/** DuckDB's name for the file that holds everything; tables are `store.<schema>.<name>`. */
export const STORE = 'store';

/**
 * Registering chunks is a stream of small transactions, and DuckDB is made for few large ones
 * (https://duckdb.org/docs/stable/configuration/overview). Measured with 3 million rows of 4 columns from the
 * ingest SDK on 2 cores: 0.43 to 0.32 of the SDK's CPU as DuckDB comes, 0.19 to 0.14 with these; the file is smaller.
 */
const LOAD_SETTINGS = [
  // A small insert has no work for a second thread, which then spins. Connections still run side by side.
  'threads = 1',
  // A chunk of more than 122,880 rows leaves a short row group behind. The next checkpoint would merge all of
  // them at once: it wrote the whole table again, seconds of CPU and twice the file.
  'max_vacuum_tasks = 1',
  // Each checkpoint writes the last row group of every column again. Reading so much after a kill takes 0.3 s.
  "checkpoint_threshold = '32MB'",
];

/**
 * The one DuckDB database on disk. Writers go through {@link Store.transaction} one after the other, so that
 * DuckDB's optimistic concurrency never makes one of them fail; readers run beside them.
 */
export class Store implements AsyncDisposable {
  readonly #instance: DuckDBInstance;
  readonly #idle: DuckDBConnection[] = [];
  readonly #writers = new Mutex();
  /** The only folder besides the database that SQL can reach; the streaming side puts Parquet files here. */
  readonly scratchDir: string;

  private constructor(instance: DuckDBInstance, scratchDir: string) {
    this.#instance = instance;
    this.scratchDir = scratchDir;
  }

  /** Opens or makes the database under `dataDir`, then locks DuckDB out of the rest of the machine. */
  static async open(options: StoreOptions): Promise<Store> {
    const scratchDir = join(options.dataDir, 'scratch');
    const spillDir = join(options.dataDir, 'spill');
    for (const folder of [options.dataDir, scratchDir, spillDir]) mkdirSync(folder, { recursive: true });
    // The file is attached to an in-memory database: macros and results live in memory, so the file holds
    // data only and a newer emulator never meets the functions of an older one.
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const store = new Store(instance, scratchDir);
    await store.read(async (connection) => {
      await connection.run(`ATTACH ${duckText(join(options.dataDir, 'store.duckdb'))} AS ${STORE}`);
      await connection.run("SET GLOBAL TimeZone = 'UTC'");
      await connection.run(`SET GLOBAL memory_limit = ${duckText(options.memoryLimit ?? '768MB')}`);
      for (const sql of LOAD_SETTINGS) await connection.run(`SET GLOBAL ${sql}`);
      await connection.run(`SET GLOBAL temp_directory = ${duckText(spillDir)}`);
      // Not DuckDB's 90 % of what is free: one statement is not to fill the disk of the machine.
      await connection.run("SET GLOBAL max_temp_directory_size = '8GB'");
      await connection.run(`SET GLOBAL allowed_directories = [${duckText(`${scratchDir}/`)}]`);
      await connection.run('SET GLOBAL enable_external_access = false');
      await connection.run('SET GLOBAL lock_configuration = true');
    });
    return store;
  }

  /** A new connection; the caller closes it. */
  connect(): Promise<DuckDBConnection> {
    return this.#instance.connect();
  }

  /** Lends a connection for reading. */
  async read<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = this.#idle.pop() ?? (await this.connect());
    try {
      return await work(connection);
    } finally {
      this.#idle.push(connection);
    }
  }

  /**
   * Runs `work` in a transaction of its own and commits it; when `work` throws, everything is rolled back.
   * When this resolves the change is on disk and survives kill -9.
   */
  transaction<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.exclusively(() => this.inTransaction(work));
  }

  /** The same for a caller that is already inside {@link Store.exclusively}. */
  inTransaction<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.read(async (connection) => {
      await connection.run('BEGIN TRANSACTION');
      try {
        const result = await work(connection);
        await connection.run('COMMIT');
        return result;
      } catch (error) {
        // A failed COMMIT has ended the transaction already; the first error is the one that matters.
        await connection.run('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
  }

  /** Runs `work` while no other writer does: for connections that manage their transaction themselves. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.#writers.run(work);
  }

  /** Waits for the writers, checkpoints and closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.exclusively(async () => {
      for (const connection of this.#idle.splice(0)) connection.closeSync();
      const last = await this.connect();
      await last.run(`CHECKPOINT ${STORE}`).catch(() => undefined);
      last.closeSync();
      this.#instance.closeSync();
    });
  }
}
