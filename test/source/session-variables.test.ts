import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Keyset } from '../../src/source/mysql/keyset.ts';
import { openMysqlSession } from '../../src/source/mysql/session.ts';
import { NEEDED_SETTINGS, OPTIONAL_SETTINGS } from '../../src/source/mysql/session-variables.ts';
import { describeTable } from '../../src/source/mysql/table.ts';
import { allBatches, openTestSource, type TestSource } from './database.ts';
import { rejectingProxy } from './rejecting-proxy.ts';

const PAGE = readFileSync(new URL('../../docs/mysql-sessions.md', import.meta.url), 'utf8');
const [, NEEDED = '', OPTIONAL = '', LEFT = ''] = PAGE.split(/^## .*$/m);
/** The versions of which the page lists every variable. */
const LISTED = /^(?:9\.7\.|11\.4\.)/;

const namesOf = (cell: string): string[] =>
  [...cell.matchAll(/`([a-z_0-9]+)`/g)].map(([, name = '']) => name);
/** The variables in the first column of a section's table. */
const listed = (section: string): string[] =>
  section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => namesOf(line.split('|')[1] ?? ''));

/** What an administrator may set for everybody, so that it would show: as few, as short, as different as can be. */
const HOSTILE: Readonly<Record<string, string>> = {
  character_set_client: 'latin1',
  character_set_connection: 'latin1',
  character_set_results: 'latin1',
  collation_connection: 'latin1_german1_ci',
  transaction_isolation: "'READ-UNCOMMITTED'",
  tx_isolation: "'READ-UNCOMMITTED'",
  autocommit: '0',
  sql_select_limit: '1',
  time_zone: "'+05:30'",
  sql_mode: "'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH,HIGH_NOT_PRECEDENCE'",
  max_sort_length: '64',
  max_execution_time: '1',
  max_statement_time: '0.02',
  max_join_size: '1',
  sql_big_selects: '0',
  idle_transaction_timeout: '1',
  idle_readonly_transaction_timeout: '1',
  idle_write_transaction_timeout: '1',
  net_write_timeout: '1',
  net_read_timeout: '1',
  wait_timeout: '1',
  interactive_timeout: '1',
  lock_wait_timeout: '1',
  innodb_lock_wait_timeout: '1',
  tmp_disk_table_size: '1024',
  max_session_mem_used: '500000',
  parser_max_mem_size: '10000000',
  sort_buffer_size: '32768',
  group_concat_max_len: '4',
  sql_auto_is_null: '1',
  div_precision_increment: '0',
  default_week_format: '3',
  lc_time_names: "'de_DE'",
  lc_messages: "'de_DE'",
  old_mode: "'ZERO_DATE_TIME_CAST'",
  character_set_collations: "'utf8mb4=utf8mb4_bin'",
  default_regex_flags: "'EXTENDED'",
  system_versioning_asof: "'2020-01-01 00:00:00'",
  wsrep_dirty_reads: '1',
  show_gipk_in_create_table_and_information_schema: '0',
  tmp_table_size: '1024',
  tmp_memory_table_size: '1024',
  max_heap_table_size: '16384',
  big_tables: '1',
  optimizer_search_depth: '1',
  optimizer_prune_level: '0',
  in_predicate_conversion_threshold: '2',
  range_optimizer_max_mem_size: '1',
  eq_range_index_dive_limit: '1',
  use_stat_tables: "'never'",
  join_cache_level: '0',
  sql_buffer_result: '1',
  sql_safe_updates: '1',
  transaction_read_only: '1',
  tx_read_only: '1',
  updatable_views_with_limit: '0',
  completion_type: '1',
  sql_if_exists: '1',
  query_cache_type: '1',
  query_cache_wlock_invalidate: '1',
  query_cache_strip_comments: '1',
  wsrep_sync_wait: '1',
  character_set_server: 'latin1',
  collation_server: 'latin1_bin',
  character_set_database: 'latin1',
  collation_database: 'latin1_bin',
  default_collation_for_utf8mb4: 'utf8mb4_general_ci',
  character_set_filesystem: 'latin1',
  information_schema_stats_expiry: '31536000',
  sql_quote_show_create: '0',
  end_markers_in_json: '1',
  max_error_count: '0',
  sql_notes: '0',
  note_verbosity: "''",
  windowing_use_high_precision: '0',
  standard_compliant_cte: '0',
  cte_max_recursion_depth: '1',
  max_recursive_iterations: '1',
  max_sp_recursion_depth: '1',
  old: '1',
  max_points_in_geometry: '3',
  block_encryption_mode: "'aes-256-cbc'",
  connection_memory_limit: '2097152',
  global_connection_memory_tracking: '1',
  connection_memory_chunk_size: '1024',
  optimizer_switch: "'index_merge=off,derived_merge=off,materialization=off'",
};
/** What nobody can set for everybody: it is of one session, of the start of the server, or of one account. */
const NOT_GLOBAL = new Set([
  'timestamp',
  'max_allowed_packet',
  'max_user_connections',
  'internal_tmp_mem_storage_engine',
  'resultset_metadata',
  'use_secondary_engine',
]);

const READER = { user: 'plain_reader', password: 'Plain-reader-1' };
const ROWS = 1_200;

let mysql: TestSource;
/** Every session variable of the server. */
let known: ReadonlySet<string>;
let asItIs: unknown;

beforeAll(async () => {
  mysql = await openTestSource({ ownServer: true });
  const { database } = mysql.settings;
  const history = mysql.isMariaDb ? ' WITH SYSTEM VERSIONING' : '';
  const long = 'x'.repeat(1_100);
  await mysql.execute(
    `CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(30), c CHAR(9), d DATE, at TIMESTAMP NULL, dt DATETIME(6), n DECIMAL(20,6), f DOUBLE, e ENUM('ä','b'), b BIT(9), tm TIME, j JSON, g GEOMETRY)${history}`,
    `INSERT INTO t (id, v, c, d, at, dt, n, f, e, b, tm, j, g) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
       SELECT i, CONCAT('ä🙂\\\\', i), 'ab', '2024-02-29', '2024-05-06 07:08:09', '2024-05-06 07:08:09.123456', i / 7, i / 3, 'ä', 5, '-12:34:56', '{"a": 1}', ST_GeomFromText('POINT(1 2)') FROM n`,
    `INSERT INTO t (v, n) SELECT v, n FROM t WHERE id <= ${ROWS - 1_000}`,
    'CREATE TABLE keyed (k VARCHAR(1200) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL, n INT NOT NULL, UNIQUE (n))',
    `INSERT INTO keyed VALUES (CONCAT('${long}', 'b'), 1), (CONCAT('${long}', 'a'), 2)`,
    "CREATE USER 'plain_reader'@'%' IDENTIFIED BY 'Plain-reader-1'",
    `GRANT SELECT ON ${database}.* TO 'plain_reader'@'%'`,
  );
  const [names] = await mysql.admin.query({ sql: 'SHOW SESSION VARIABLES', rowsAsArray: true });
  known = new Set((names as unknown as [string, string][]).map(([name]) => name.toLowerCase()));
  asItIs = await everything();
});
afterAll(async () => {
  await mysql.execute("DROP USER 'plain_reader'@'%'");
  await mysql[Symbol.asyncDispose]();
});

/** What a run asks of the source, by a user without privileges. */
async function everything(port = mysql.settings.port, ssl: 'preferred' | 'disabled' = 'preferred') {
  await using source = await openMysqlSession({ ...mysql.settings, ...READER, port, ssl });
  const { database } = mysql.settings;
  const table = await describeTable(source, database, 't');
  const keyset = new Keyset(table.key);
  const expressions = [
    'id',
    'v',
    'c',
    'd',
    'at',
    'dt',
    'n',
    'f',
    'e',
    'e + 0',
    'b + 0',
    'tm',
    'j',
    'ST_AsText(g)',
  ];
  const batches = await allBatches(source, { table, keyset, expressions, batchRows: 400 });
  const aggregates =
    "SELECT COUNT(*), MIN(CAST(CONVERT(v USING utf8mb4) AS BINARY)), MAX(at), SUM(n), SUM(CRC32(v)), DATE_FORMAT(MIN(at), '%Y-%m-%d %H:%i:%s.%f'), COUNT(CASE WHEN id IS NULL THEN 1 END), SUM(v = 'ä🙂\\\\1') FROM t";
  return {
    columns: table.columns,
    key: table.key.map(({ name }) => name),
    rows: batches.flatMap(({ rows }) => rows),
    aggregates: await source.query(aggregates),
    sorted: await source.query('SELECT n FROM keyed ORDER BY k'),
    joined: await source.query('SELECT COUNT(*) FROM t AS a CROSS JOIN t AS b'),
    slow: await source.query('SELECT SLEEP(0.05), COUNT(*) FROM t'),
  };
}

async function global(name: string): Promise<string> {
  const [rows] = await mysql.admin.query({ sql: `SELECT CAST(@@GLOBAL.${name} AS CHAR)`, rowsAsArray: true });
  return String((rows as unknown as [[unknown]])[0][0]);
}

/** Sets a variable for all new sessions; undefined when the server has no such one. */
async function spoil(name: string): Promise<string | undefined> {
  if (!known.has(name) || NOT_GLOBAL.has(name)) return undefined;
  const before = await global(name);
  await mysql.execute(`SET GLOBAL ${name} = ${HOSTILE[name]}`);
  return before;
}

async function restore(name: string, before: string): Promise<void> {
  const value =
    /^-?\d+(?:\.\d+)?$/.test(before) || before === 'DEFAULT' ? before : mysql.admin.escape(before);
  await mysql.execute(`SET GLOBAL ${name} = ${value}`);
}

test('the page has what is set, and nothing else is set', () => {
  expect(listed(NEEDED).toSorted()).toEqual(
    NEEDED_SETTINGS.flatMap(({ variables }) => Object.keys(variables)).toSorted(),
  );
  expect(listed(OPTIONAL).toSorted()).toEqual(OPTIONAL_SETTINGS.map(({ name }) => name).toSorted());
});

test('the page accounts for every session variable of the server', async ({ annotate }) => {
  const [version] = await mysql.source.query('SELECT VERSION()');
  await annotate(`${version?.[0]}`);
  const sql = mysql.isMariaDb
    ? "SELECT LOWER(VARIABLE_NAME) FROM information_schema.SYSTEM_VARIABLES WHERE VARIABLE_SCOPE LIKE 'SESSION%'"
    : 'SELECT LOWER(VARIABLE_NAME) FROM performance_schema.session_variables';
  const names = (await mysql.source.query(sql)).map(([name]) => String(name));
  const isOfSession = async (name: string): Promise<boolean> => {
    if (mysql.isMariaDb) return true;
    // A variable of the whole server, or one that nobody can set, says so.
    return mysql.admin.query(`SET SESSION ${name} = @@SESSION.${name}`).then(
      () => true,
      ({ errno }: { errno: number }) => ![1228, 1229, 1238].includes(errno),
    );
  };
  const onPage = new Set(namesOf(PAGE));
  const missing: string[] = [];
  for (const name of names) if (!onPage.has(name) && (await isOfSession(name))) missing.push(name);
  if (LISTED.test(String(version?.[0]))) expect(missing).toEqual([]);
});

describe('set for all sessions of the server, it changes nothing', () => {
  const names = [NEEDED, OPTIONAL, LEFT].flatMap(listed);

  test.each(names)('%s', async (name) => {
    expect(HOSTILE[name] !== undefined || NOT_GLOBAL.has(name)).toBe(true);
    const before = await spoil(name);
    if (before === undefined) return;
    try {
      expect(await everything()).toEqual(asItIs);
    } finally {
      await restore(name, before);
    }
  });

  test('all that are set, at once', async () => {
    const changed: [string, string][] = [];
    try {
      for (const name of [NEEDED, OPTIONAL].flatMap(listed)) {
        const before = await spoil(name);
        if (before !== undefined) changed.push([name, before]);
      }
      expect(changed.length).toBeGreaterThan(15);
      expect(await everything()).toEqual(asItIs);
      await using source = await openMysqlSession({ ...mysql.settings, ...READER });
      const inherited: string[] = [];
      for (const [name] of changed) {
        const [row] = await source.query(`SELECT @@SESSION.${name} = @@GLOBAL.${name}`);
        if (String(row?.[0]) === '1') inherited.push(name);
      }
      expect(inherited).toEqual([]);
    } finally {
      for (const [name, before] of changed.reverse()) await restore(name, before);
    }
  });
});

describe('a proxy that rejects settings, as Vitess does', () => {
  test('each optional one: the others are set, and the session is there', async () => {
    await using proxy = await rejectingProxy(mysql.settings.port, (sql) =>
      OPTIONAL_SETTINGS.some(({ name }) => sql.startsWith('SET') && sql.includes(name)),
    );
    expect(await everything(proxy.port, 'disabled')).toEqual(asItIs);
    expect(proxy.rejected.length).toBeGreaterThan(5);
  });

  test('one of them: only that one is missing', async () => {
    await using proxy = await rejectingProxy(mysql.settings.port, (sql) =>
      /^SET.*net_write_timeout/.test(sql),
    );
    await using source = await openMysqlSession({ ...mysql.settings, port: proxy.port, ssl: 'disabled' });
    const [row] = await source.query('SELECT @@net_read_timeout, @@net_write_timeout, @@sql_big_selects');
    expect(row).toEqual(['3600', '60', '1']);
  });

  test('SHOW VARIABLES: every setting is tried apart', async () => {
    await using proxy = await rejectingProxy(mysql.settings.port, (sql) => sql.startsWith('SHOW'));
    await using source = await openMysqlSession({ ...mysql.settings, port: proxy.port, ssl: 'disabled' });
    const [row] = await source.query('SELECT @@net_read_timeout, @@net_write_timeout, @@sql_big_selects');
    expect(row).toEqual(['3600', '3600', '1']);
  });

  test('several in one statement: each is set in its own', async () => {
    await using proxy = await rejectingProxy(mysql.settings.port, (sql) => /^SET .*,.*=/.test(sql));
    await using source = await openMysqlSession({ ...mysql.settings, port: proxy.port, ssl: 'disabled' });
    const [row] = await source.query('SELECT @@sql_mode, @@sql_select_limit, @@net_read_timeout');
    expect(row).toEqual(['STRICT_TRANS_TABLES,ALLOW_INVALID_DATES', '9223372036854775807', '3600']);
  });

  test('one that values depend on: taken when the session has the value, else the end', async () => {
    await using proxy = await rejectingProxy(mysql.settings.port, (sql) => /^SET.*time_zone/.test(sql));
    const at = { ...mysql.settings, port: proxy.port, ssl: 'disabled' } as const;
    await using source = await openMysqlSession(at);
    expect(await source.query('SELECT @@time_zone')).toEqual([['+00:00']]);
    const before = await global('time_zone');
    await mysql.execute("SET GLOBAL time_zone = '+05:30'");
    try {
      await expect(openMysqlSession(at)).rejects.toMatchObject({
        code: 'MYSQL_QUERY',
        message: expect.stringContaining("VT12001: unsupported: SET SESSION time_zone = '+00:00'"),
      });
    } finally {
      await restore('time_zone', before);
    }
  });

  test('numbers beyond 63 bits: none is sent with what values depend on', () => {
    const numbers = NEEDED_SETTINGS.flatMap(({ clause }) => clause.match(/(?<=[= ])\d+$/g) ?? []);
    expect(numbers.map(BigInt).filter((number) => number >= 2n ** 63n)).toEqual([]);
  });
});
