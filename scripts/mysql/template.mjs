// @ts-check
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseOptions, shareFolder } from './embedded.mjs';

const SYSTEM_SQL = [
  'mariadb_system_tables.sql',
  'mariadb_performance_tables.sql',
  'mariadb_system_tables_data.sql',
  'maria_add_gis_sp_bootstrap.sql',
  'mariadb_sys_schema.sql',
];

/**
 * Makes an initialised data folder. The server's own bootstrap mode does it, fed with its own SQL files, so that
 * no shell script is needed and it works alike on every platform.
 *
 * @param {string} home folder with `bin` and `share`
 * @param {string} daemon path of the binary below it
 * @param {string} dataDir folder to make; absolute
 * @returns {{ ok: true } | { ok: false, output: string }}
 */
export function makeDataTemplate(home, daemon, dataDir) {
  mkdirSync(dataDir, { recursive: true });
  const sql = [
    'create database if not exists mysql;',
    'use mysql;',
    'set @auth_root_socket=NULL;',
    ...SYSTEM_SQL.map((name) => readFileSync(join(shareFolder(home), name), 'utf8')),
    // The script leaves root accounts without a password, open to every user of the machine.
    "delete from mysql.global_priv where User = 'root';",
    "delete from mysql.proxies_priv where User = 'root';",
    '',
  ].join('\n');
  const done = spawnSync(
    join(home, daemon),
    [
      ...baseOptions(home, dataDir),
      '--bootstrap',
      '--silent-startup',
      '--log-warnings=0',
      '--innodb-log-file-size=16M',
      '--max-allowed-packet=8M',
    ],
    { input: sql, encoding: 'utf8', timeout: 120_000, windowsHide: true },
  );
  if (done.status === 0) return { ok: true };
  return { ok: false, output: done.error?.message ?? done.stderr };
}
