/** How to start a local Snowflake; everything has a default. */
export interface EmulatorOptions {
  /**
   * Keeps data, key pair and password for a later start. Default: a temporary folder that is removed at the end, also
   * when this process is killed, so that tests that run side by side share nothing.
   */
  readonly dataDir?: string;
  /** Default: a free port. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Where streaming clients put their blobs. Default: a folder in `dataDir`. */
  readonly stageDir?: string;
  /** Default `LOCAL_USER`. */
  readonly user?: string;
  /** Default: a random one that is kept in `dataDir`. */
  readonly password?: string;
  /** PEM file of the user's public key. Default: a pair is made, and its private key is at `privateKeyPath`. */
  readonly publicKeyPath?: string;
  /** Default `LOCAL`. */
  readonly account?: string;
  /** The default database of clients, created when missing. Default `LOCAL_DB`, created in an empty folder. */
  readonly database?: string;
  /** The schema in it. Default `PUBLIC`. */
  readonly schema?: string;
  /** How streaming clients deliver their blobs: in `stageDir`, which they share (default), or as to S3. */
  readonly stage?: 'local' | 's3';
  /** Faults to inject, such as `register:code=7:count=3`; see the package's docs/local-snowflake.md. */
  readonly faults?: readonly string[];
  /** Repeats the random decisions of an earlier run with the same faults: its `faultSeed`. */
  readonly faultSeed?: number;
  /** Writes a line for each request to this process's stderr. */
  readonly log?: boolean;
}

/** A local Snowflake that runs as a process of its own, and what a client needs to reach it. */
export interface RunningEmulator extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly account: string;
  readonly user: string;
  readonly password: string;
  /** The private key, PKCS#8 PEM; empty when a public key was given. */
  readonly privateKeyPath: string;
  readonly database: string;
  readonly schema: string;
  readonly warehouse: string;
  readonly role: string;
  readonly pid: number;
  readonly dataDir: string;
  /** The seed of the decisions about faults with a probability. */
  readonly faultSeed: number;
  /** Settles when the process has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /**
   * Returns it to the state of its first start: one empty database, no channels, the faults of its options. Credentials
   * and sessions stay, so that clients that have logged in can go on; queries that run are aborted.
   * @throws LocalSnowflakeError RESET_FAILED
   */
  reset(): Promise<void>;
  /** Ends it and waits for its end. A `dataDir` that was given stays. Safe to call twice. */
  stop(): Promise<void>;
}
