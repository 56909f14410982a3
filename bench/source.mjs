// @ts-check
import { createConnection } from 'mysql2/promise';
import { fillPeople } from '../scripts/demo-data.mjs';

const PEOPLE_SEED_ROWS = 500_000;
const ROWS_A_STATEMENT = 100_000;

/**
 * Sees to it that a scenario's table holds its rows; a table that is there already is left alone.
 *
 * @param {string} url of the MySQL database
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @param {number} rows
 * @returns {Promise<string>} the table's name
 */
export async function fillTable(url, scenario, rows) {
  const connection = await createConnection(url);
  try {
    const table = `${scenario.table}_${rows}`;
    const definition = scenario.columns.map(({ name, type }) => `${name} ${type}`).join(', ');
    const note = `bench, ${rows} rows: ${scenario.columns.map(({ value }) => value).join()}`.slice(0, 1_000);
    if (await isFilled(connection, table, note)) return table;
    await connection.query('DROP TABLE IF EXISTS ??', [table]);
    if (scenario.columns.some(({ type }) => type === '')) await fillWithPeople(connection, table, rows);
    else await fillWithValues(connection, table, definition, scenario.columns, rows);
    await connection.query('ANALYZE TABLE ??', [table]);
    await connection.query('ALTER TABLE ?? COMMENT = ?', [table, note]);
    return table;
  } finally {
    await connection.end();
  }
}

/**
 * @param {import('mysql2/promise').Connection} connection
 * @param {string} table
 * @param {string} note
 */
async function isFilled(connection, table, note) {
  const [rows] = await connection.query(
    'SELECT TABLE_COMMENT AS note FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?',
    [table],
  );
  return Array.isArray(rows) && /** @type {any} */ (rows[0])?.note === note;
}

/**
 * The demo's people; beyond half a million, the same again under further keys.
 *
 * @param {import('mysql2/promise').Connection} connection
 * @param {string} table
 * @param {number} rows
 */
async function fillWithPeople(connection, table, rows) {
  if (rows <= PEOPLE_SEED_ROWS) {
    await fillPeople(connection, { rows, table });
    return;
  }
  await fillPeople(connection, { rows: PEOPLE_SEED_ROWS, table: 'people_seed' });
  await connection.query('CREATE TABLE ?? LIKE people_seed', [table]);
  for (let at = 0; at < rows; at += PEOPLE_SEED_ROWS) {
    await connection.query(
      `INSERT INTO ?? SELECT ROW_INDEX + ?, USER_ID, FIRST_NAME, LAST_NAME, SEX, EMAIL, PHONE, DATE_OF_BIRTH, JOB_TITLE
       FROM people_seed WHERE ROW_INDEX <= ?`,
      [table, at, rows - at],
    );
  }
}

/**
 * @param {import('mysql2/promise').Connection} connection
 * @param {string} table
 * @param {string} definition
 * @param {import('./scenarios.mjs').Column[]} columns
 * @param {number} rows
 */
async function fillWithValues(connection, table, definition, columns, rows) {
  const digits = [0, 1, 2, 3, 4].map((place) => `d${place}.d * ${10 ** place}`).join(' + ');
  const from = [0, 1, 2, 3, 4].map((place) => `digits d${place}`).join(', ');
  const values = columns.map(({ value }) => value).join(', ');
  await connection.query("SET SESSION time_zone = '+00:00'");
  await connection.query(`CREATE TABLE ?? (${definition}) CHARACTER SET utf8mb4`, [table]);
  await connection.query('CREATE TABLE IF NOT EXISTS digits (d INT PRIMARY KEY)');
  await connection.query('REPLACE INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)');
  for (let at = 0; at < rows; at += ROWS_A_STATEMENT) {
    await connection.query(
      `INSERT INTO ?? SELECT ${values} FROM (SELECT ${digits} + 1 + ? AS n FROM ${from}) AS numbers WHERE n <= ? ORDER BY n`,
      [table, at, rows],
    );
  }
}
