/** A session parameter as clients see it: a real JSON type. */
export type ParameterValue = string | number | boolean;

/**
 * The parameters of a session with their defaults. Clients read them at login and after each query: without
 * BINARY_OUTPUT_FORMAT, for instance, the Node driver throws on binary columns.
 */
const DEFAULTS: Readonly<Record<string, ParameterValue>> = {
  TIMEZONE: 'UTC',
  AUTOCOMMIT: true,
  BINARY_INPUT_FORMAT: 'HEX',
  BINARY_OUTPUT_FORMAT: 'HEX',
  DATE_INPUT_FORMAT: 'AUTO',
  DATE_OUTPUT_FORMAT: 'YYYY-MM-DD',
  TIME_INPUT_FORMAT: 'AUTO',
  TIME_OUTPUT_FORMAT: 'HH24:MI:SS',
  TIMESTAMP_INPUT_FORMAT: 'AUTO',
  TIMESTAMP_OUTPUT_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM',
  TIMESTAMP_NTZ_OUTPUT_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF3',
  TIMESTAMP_LTZ_OUTPUT_FORMAT: '',
  TIMESTAMP_TZ_OUTPUT_FORMAT: '',
  TIMESTAMP_TYPE_MAPPING: 'TIMESTAMP_NTZ',
  TIMESTAMP_DAY_IS_ALWAYS_24H: false,
  QUERY_TAG: '',
  ROWS_PER_RESULTSET: 0,
  STATEMENT_TIMEOUT_IN_SECONDS: 172_800,
  LOCK_TIMEOUT: 43_200,
  MULTI_STATEMENT_COUNT: 1,
  WEEK_START: 0,
  WEEK_OF_YEAR_POLICY: 0,
  QUOTED_IDENTIFIERS_IGNORE_CASE: false,
  TRANSACTION_ABORT_ON_ERROR: false,
  USE_CACHED_RESULT: true,
  JSON_INDENT: 2,
  ERROR_ON_NONDETERMINISTIC_MERGE: true,
  ERROR_ON_NONDETERMINISTIC_UPDATE: false,
  JDBC_QUERY_RESULT_FORMAT: 'JSON',
  PYTHON_CONNECTOR_QUERY_RESULT_FORMAT: 'JSON',
  JDBC_TREAT_DECIMAL_AS_INT: true,
  JDBC_USE_SESSION_TIMEZONE: true,
  JDBC_FORMAT_DATE_WITH_TIMEZONE: true,
  JDBC_TREAT_TIMESTAMP_NTZ_AS_UTC: false,
  CLIENT_HONOR_CLIENT_TZ_FOR_TIMESTAMP_NTZ: true,
  CLIENT_TIMESTAMP_TYPE_MAPPING: 'TIMESTAMP_LTZ',
  CLIENT_METADATA_REQUEST_USE_CONNECTION_CTX: false,
  CLIENT_METADATA_USE_SESSION_DATABASE: false,
  CLIENT_RESULT_COLUMN_CASE_INSENSITIVE: false,
  CLIENT_STAGE_ARRAY_BINDING_THRESHOLD: 0,
  CLIENT_SESSION_KEEP_ALIVE: false,
  CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY: 3600,
  CLIENT_TELEMETRY_ENABLED: false,
  CLIENT_RESULT_CHUNK_SIZE: 160,
  CLIENT_MEMORY_LIMIT: 1536,
  CLIENT_RESULT_PREFETCH_THREADS: 1,
  CLIENT_PREFETCH_THREADS: 1,
  QUERY_CONTEXT_CACHE_SIZE: 5,
};

/** The parameters of one session. */
export class Parameters {
  readonly #changed = new Map<string, ParameterValue>();

  /** True for a parameter that sessions have. */
  static has(name: string): boolean {
    return name in DEFAULTS;
  }

  /** Sets a parameter; text is taken for the type the parameter has. Names nobody knows are ignored. */
  set(name: string, value: unknown): void {
    const usual = DEFAULTS[name];
    if (usual === undefined) return;
    if (typeof usual === 'boolean') this.#changed.set(name, String(value).toLowerCase() === 'true');
    else if (typeof usual === 'number') this.#changed.set(name, Number(value));
    else this.#changed.set(name, String(value));
  }

  /** All of them back to their defaults. */
  clear(): void {
    this.#changed.clear();
  }

  /** Back to the default. */
  unset(name: string): void {
    this.#changed.delete(name);
  }

  /** The value, `''` when there is no such parameter. */
  get(name: string): ParameterValue {
    return this.#changed.get(name) ?? DEFAULTS[name] ?? '';
  }

  /** All of them, as login and query answers have them. */
  list(): { name: string; value: ParameterValue }[] {
    return Object.keys(DEFAULTS).map((name) => ({ name, value: this.get(name) }));
  }

  /** The default of a parameter. */
  default(name: string): ParameterValue {
    return DEFAULTS[name] ?? '';
  }
}
