// @ts-check
import { createConnection } from 'mysql2/promise';
import { PEOPLE_COLUMNS, PEOPLE_VERSION, people } from './demo/people.mjs';

const ROWS_A_STATEMENT = 2_000;

/**
 * Fills a table with the notebook's nine columns; the same seed gives the same rows. A table that this function has
 * filled before with as many rows of the same seed is left as it is. Any other table of that name is replaced.
 *
 * @param {string | import('mysql2/promise').Connection} target a `mysql://…` URL with a database, or a connection
 * @param {object} [options]
 * @param {number} [options.rows]
 * @param {string} [options.table]
 * @param {number} [options.seed]
 * @returns {Promise<{ table: string, rows: number, filled: boolean, seconds: number }>} `filled` is false when the
 *   rows were there already
 * @example
 * await fillPeople('mysql://user:password@127.0.0.1:3306/demo', { rows: 1_000 });
 */
export async function fillPeople(target, { rows = 100_000, table = 'people_100k', seed = 20_240_229 } = {}) {
  const start = performance.now();
  const connection = typeof target === 'string' ? await createConnection(target) : target;
  try {
    const fingerprint = `demo people, version ${PEOPLE_VERSION}, seed ${seed}, ${rows} rows`;
    const filled = !(await isFilled(connection, table, fingerprint, rows));
    if (filled) await fill(connection, table, fingerprint, people(rows, seed));
    return { table, rows, filled, seconds: (performance.now() - start) / 1000 };
  } finally {
    if (connection !== target) await connection.end();
  }
}

/**
 * @param {import('mysql2/promise').Connection} connection
 * @param {string} table
 * @param {string} fingerprint
 * @param {number} rows
 */
async function isFilled(connection, table, fingerprint, rows) {
  const [tables] = await query(
    connection,
    'SELECT TABLE_COMMENT AS note FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?',
    [table],
  );
  if (tables?.note !== fingerprint) return false;
  const [count] = await query(connection, 'SELECT COUNT(*) AS n FROM ??', [table]);
  return Number(count?.n) === rows;
}

/**
 * @param {import('mysql2/promise').Connection} connection
 * @param {string} table
 * @param {string} fingerprint
 * @param {Iterable<import('./demo/people.mjs').Person>} rows
 */
async function fill(connection, table, fingerprint, rows) {
  const columns = PEOPLE_COLUMNS.map((column) => column.join(' ')).join(', ');
  await query(connection, 'DROP TABLE IF EXISTS ??', [table]);
  await query(connection, `CREATE TABLE ?? (${columns}) CHARACTER SET utf8mb4`, [table]);
  /** @type {import('./demo/people.mjs').Person[]} */
  let batch = [];
  const insert = async () => {
    await query(connection, 'INSERT INTO ?? VALUES ?', [table, batch]);
    batch = [];
  };
  for (const row of rows) {
    batch.push(row);
    if (batch.length === ROWS_A_STATEMENT) await insert();
  }
  if (batch.length > 0) await insert();
  // Last, so that a table whose filling was cut short is never taken for a full one.
  await query(connection, 'ALTER TABLE ?? COMMENT = ?', [table, fingerprint]);
}

/**
 * @param {import('mysql2/promise').Connection} connection
 * @param {string} sql
 * @param {unknown[]} values
 * @returns {Promise<Record<string, unknown>[]>}
 */
async function query(connection, sql, values) {
  const [result] = await connection.query(sql, values);
  return Array.isArray(result) ? /** @type {Record<string, unknown>[]} */ (result) : [];
}
