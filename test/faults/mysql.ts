import { mkdirSync } from 'node:fs';
import { type Connection, createConnection } from 'mysql2/promise';
import { startMySql } from '../../scripts/mysql-server.mjs';

const PASSWORD = 'reader-of-the-fault-tests';

/** A MySQL server of our own that can be killed and started again over the same data. */
export class KillableMysql implements AsyncDisposable {
  readonly #dataDir: string;
  #running: Awaited<ReturnType<typeof startMySql>>;
  /** Makes tables and rows. */
  admin: Connection;

  private constructor(dataDir: string, running: Awaited<ReturnType<typeof startMySql>>, admin: Connection) {
    this.#dataDir = dataDir;
    this.#running = running;
    this.admin = admin;
  }

  static async start(dataDir: string): Promise<KillableMysql> {
    mkdirSync(dataDir, { recursive: true });
    const running = await startMySql({ dataDir });
    const mysql = new KillableMysql(dataDir, running, await adminOf(running));
    // The start gives its own user a new password each time; the reader keeps one, and has SELECT alone.
    await mysql.admin.query(`CREATE USER reader@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`);
    await mysql.admin.query(`GRANT SELECT ON demo.* TO reader@'127.0.0.1'`);
    return mysql;
  }

  get port(): number {
    return this.#running.port;
  }

  /** What the program is given, with the port of the server or of a proxy before it. */
  environment(port: number): NodeJS.ProcessEnv {
    return {
      MYSQL_HOST: '127.0.0.1',
      MYSQL_PORT: String(port),
      MYSQL_USER: 'reader',
      MYSQL_PASSWORD: PASSWORD,
      MYSQL_DATABASE: 'demo',
    };
  }

  /** Rows of a statement, each cell as text. */
  async rows(sql: string): Promise<(string | null)[][]> {
    const [rows] = await this.admin.query({ sql, rowsAsArray: true });
    return (rows as unknown[][]).map((row) => row.map((cell) => (cell === null ? null : String(cell))));
  }

  async kill(): Promise<void> {
    const { pid } = this.#running;
    this.admin.destroy();
    process.kill(pid, 'SIGKILL');
    await this.#running.stop();
  }

  async startAgain(): Promise<void> {
    const { port } = this.#running;
    this.#running = await startMySql({ dataDir: this.#dataDir, port });
    this.admin = await adminOf(this.#running);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.admin.destroy();
    await this.#running.stop();
  }
}

async function adminOf({ url }: { readonly url: string }): Promise<Connection> {
  const connection = await createConnection({ uri: url, charset: 'utf8mb4', dateStrings: true });
  // It dies with the server, which is what some tests are about.
  connection.on('error', () => undefined);
  return connection;
}
