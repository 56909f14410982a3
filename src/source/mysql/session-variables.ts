/** What a session needs: values and their order depend on it. */
export interface NeededSetting {
  /** What follows the word SET. */
  readonly clause: string;
  /**
   * The variables that the clause sets, as SHOW VARIABLES prints them. A server that rejects the clause will do when
   * each one that it has holds one of these values already.
   */
  readonly variables: Readonly<Record<string, readonly string[]>>;
}

/** A variable that is set where the server knows it and takes it from this user. */
export interface OptionalSetting {
  readonly name: string;
  /** As SQL writes it. */
  readonly value: string;
}

/**
 * What values and their order depend on, whatever the server's own settings and its init_connect say. Texts arrive
 * whole: what character_set_results lacks, the server would turn into question marks. Each statement sees what is
 * committed by then: without autocommit the first one would begin a transaction in which nothing new is seen. The
 * rest: UTC, none of the modes that change what a column prints or a literal means, and dates like the 31st of
 * February taken as they are stored, as MySQL 8 does not compare with them otherwise. MariaDB sorts by the first
 * 1,024 bytes of a text where no index gives the order, and keys that agree in them would be lost.
 *
 * docs/mysql-sessions.md has every variable of a session with its reason.
 */
export const NEEDED_SETTINGS: readonly NeededSetting[] = [
  {
    clause: 'NAMES utf8mb4 COLLATE utf8mb4_general_ci',
    variables: {
      character_set_client: ['utf8mb4'],
      character_set_connection: ['utf8mb4'],
      character_set_results: ['utf8mb4'],
      collation_connection: ['utf8mb4_general_ci'],
    },
  },
  {
    // Its variable has two names, and older servers know one of them only.
    clause: 'SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
    variables: { transaction_isolation: ['REPEATABLE-READ'], tx_isolation: ['REPEATABLE-READ'] },
  },
  { clause: 'SESSION autocommit = 1', variables: { autocommit: ['ON', '1'] } },
  {
    // Vitess has 64 bits with a sign for it: https://github.com/vitessio/vitess/blob/main/go/vt/sysvars/sysvars.go
    clause: `SESSION sql_select_limit = ${2n ** 63n - 1n}`,
    variables: { sql_select_limit: [String(2n ** 63n - 1n), String(2n ** 64n - 1n)] },
  },
  { clause: "SESSION time_zone = '+00:00'", variables: { time_zone: ['+00:00', 'UTC'] } },
  {
    clause: "SESSION sql_mode = 'STRICT_TRANS_TABLES,ALLOW_INVALID_DATES'",
    variables: { sql_mode: ['STRICT_TRANS_TABLES,ALLOW_INVALID_DATES'] },
  },
  { clause: 'SESSION max_sort_length = 8388608', variables: { max_sort_length: ['8388608'] } },
];

/** Seconds for which the server waits for us while Snowflake holds us up. */
const NETWORK_WAIT = 3_600;
/** The server's own default for sessions that are idle. */
const IDLE_WAIT = 28_800;
/** The default of MariaDB. */
const LOCK_WAIT = 86_400;

/**
 * Limits that a server may set for its sessions, and what else changes what is read. No privilege is needed for any of
 * them; MySQL and MariaDB, older and newer versions, know different ones.
 */
export const OPTIONAL_SETTINGS: readonly OptionalSetting[] = [
  { name: 'max_execution_time', value: '0' },
  { name: 'max_statement_time', value: '0' },
  // Setting the size switches the joins off: https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_max_join_size
  { name: 'max_join_size', value: String(2n ** 64n - 1n) },
  { name: 'sql_big_selects', value: '1' },
  { name: 'idle_transaction_timeout', value: '0' },
  { name: 'idle_readonly_transaction_timeout', value: '0' },
  { name: 'net_write_timeout', value: String(NETWORK_WAIT) },
  { name: 'net_read_timeout', value: String(NETWORK_WAIT) },
  { name: 'wait_timeout', value: String(IDLE_WAIT) },
  { name: 'lock_wait_timeout', value: String(LOCK_WAIT) },
  { name: 'tmp_disk_table_size', value: String(2n ** 64n - 1n) },
  { name: 'max_session_mem_used', value: String(2n ** 63n - 1n) },
  { name: 'sort_buffer_size', value: '2097152' },
  { name: 'sql_buffer_result', value: '0' },
  { name: 'sql_quote_show_create', value: '1' },
  { name: 'group_concat_max_len', value: '1048576' },
  { name: 'sql_auto_is_null', value: '0' },
  { name: 'div_precision_increment', value: '4' },
  { name: 'default_week_format', value: '0' },
  { name: 'lc_time_names', value: "'en_US'" },
  { name: 'old_mode', value: "''" },
  { name: 'character_set_collations', value: "''" },
  { name: 'default_regex_flags', value: "''" },
  // Not the global value, as DEFAULT means for others, but the present.
  { name: 'system_versioning_asof', value: 'DEFAULT' },
  { name: 'wsrep_dirty_reads', value: '0' },
  { name: 'show_gipk_in_create_table_and_information_schema', value: '1' },
];
