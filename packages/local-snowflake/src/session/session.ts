import type { DuckDBConnection } from '@duckdb/node-api';
import type { Catalog } from '../catalog/catalog.ts';
import type { Token } from '../sql/token.ts';
import { Mutex } from '../store/mutex.ts';
import { Parameters } from './parameters.ts';
import type { SessionTokens } from './session-tokens.ts';

/** How long tokens are good for; the client renews the session token with the master token. */
export const SESSION_SECONDS = 3600;
export const MASTER_SECONDS = 14_400;

/** The program that logged in, by its own words. */
export interface Client {
  /** `PythonConnector`, `JDBC`, `JavaScript`, … */
  readonly id: string;
  readonly version: string;
}

/** What a session variable holds, as the token that replaces it in later statements. */
export type Variable = Pick<Token, 'kind' | 'value'>;

/** What a session begins with: what the client asks for, else the defaults of the user. */
export interface LoginNames {
  readonly database: string;
  readonly schema: string;
  readonly warehouse: string;
  readonly role: string;
}

/** One login: its tokens, what is current, its parameters and its open transaction. */
export class Session {
  readonly id: number;
  readonly user: string;
  readonly parameters = new Parameters();
  /** Statements of one session run one after the other. */
  readonly statements = new Mutex();
  database: string | null = null;
  schema: string | null = null;
  warehouse: string | null = null;
  role: string;
  client: Client = { id: '', version: '' };
  token = '';
  masterToken = '';
  expires = 0;
  masterExpires = 0;
  lastQueryId: string | null = null;
  /** Variables of SET, by name. */
  readonly variables = new Map<string, Variable>();
  /** The connection of a transaction that BEGIN opened. */
  transaction: DuckDBConnection | null = null;
  /** The id of that transaction. */
  transactionId: string | null = null;
  /** What has been written in that transaction, to be done again when DuckDB gives it up. */
  transactionWork: ((connection: DuckDBConnection) => Promise<unknown>)[] = [];

  #login: { readonly names: LoginNames; readonly parameters: Readonly<Record<string, unknown>> } | undefined;

  constructor(id: number, user: string, role: string) {
    this.id = id;
    this.user = user;
    this.role = role;
  }

  /**
   * Sets what is current as the login asks. Databases, schemas and warehouses that do not exist are not set, as in
   * Snowflake.
   */
  begin(names: LoginNames, parameters: Readonly<Record<string, unknown>>, catalog: Catalog): void {
    this.#login = { names, parameters };
    this.database = catalog.database(names.database) ? names.database : null;
    this.schema =
      this.database !== null && catalog.schema(names.database, names.schema) ? names.schema : null;
    this.warehouse = catalog.warehouses.has(names.warehouse) ? names.warehouse : null;
    this.role = names.role;
    for (const [name, value] of Object.entries(parameters)) this.parameters.set(name.toUpperCase(), value);
  }

  /** Begins once more as after the login. */
  restart(catalog: Catalog): void {
    this.variables.clear();
    this.parameters.clear();
    this.lastQueryId = null;
    this.transactionWork = [];
    if (this.#login !== undefined) this.begin(this.#login.names, this.#login.parameters, catalog);
  }

  /** Gives the session new tokens. @param now milliseconds since the epoch */
  renew(tokens: SessionTokens, now: number): void {
    this.token = tokens.issue('s');
    this.masterToken = tokens.issue('m');
    this.expires = now + SESSION_SECONDS * 1000;
    this.masterExpires = now + MASTER_SECONDS * 1000;
  }

  /** Rolls an open transaction back. */
  async close(): Promise<void> {
    const connection = this.transaction;
    this.transaction = null;
    this.transactionId = null;
    await connection?.run('ROLLBACK').catch(() => undefined);
    connection?.closeSync();
  }
}
