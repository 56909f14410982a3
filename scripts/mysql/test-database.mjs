// @ts-check
import { randomBytes } from 'node:crypto';
import { startMySql } from './server.mjs';

/**
 * @typedef {object} TestDatabaseFields
 * @property {string} url      of the fresh database, with user and password
 * @property {string} host
 * @property {number} port
 * @property {string} user
 * @property {string} password
 * @property {string} database
 * @property {() => Promise<void>} drop drops it, and stops the server if it was started for it
 *
 * @typedef {TestDatabaseFields & AsyncDisposable} TestDatabase `await using` drops it
 */

/** The environment variable with the URL of the embedded server that the test files of a run share. */
export const SHARED_SERVER = 'SHARED_MYSQL_URL';

/**
 * A fresh, empty utf8mb4 database: on the server that TEST_MYSQL_URL names (its user may create databases), else on
 * the one that the run shares, else on an embedded server started for it.
 *
 * @param {object} [options]
 * @param {boolean} [options.ownServer] for who sets global variables or looks at the whole server: an embedded server
 * of its own, unless TEST_MYSQL_URL names one. Such a test file says so in these words, and runs alone there.
 * @returns {Promise<TestDatabase>}
 * @example
 * await using mysql = await mysqlForTests();
 */
export async function mysqlForTests({ ownServer = false } = {}) {
  const given = process.env.TEST_MYSQL_URL ?? (ownServer ? undefined : process.env[SHARED_SERVER]);
  const server = given ? undefined : await startMySql();
  const url = new URL(given ?? server?.url ?? '');
  const database = `snowstream_test_${randomBytes(6).toString('hex')}`;
  await execute(url, `CREATE DATABASE ${database} CHARACTER SET utf8mb4`);

  const own = new URL(url);
  own.pathname = `/${database}`;
  let dropped = false;
  const drop = async () => {
    if (dropped) return;
    dropped = true;
    await execute(url, `DROP DATABASE IF EXISTS ${database}`);
    await server?.stop();
  };
  return {
    url: own.href,
    host: own.hostname,
    port: Number(own.port || 3306),
    user: decodeURIComponent(own.username),
    password: decodeURIComponent(own.password),
    database,
    drop,
    [Symbol.asyncDispose]: drop,
  };
}

/**
 * @param {URL} url
 * @param {string} sql
 */
async function execute(url, sql) {
  // Only now: a server can be started where there is no node_modules yet.
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection(url.href);
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}
