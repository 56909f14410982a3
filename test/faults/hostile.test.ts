import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Field } from './field.ts';
import { record } from './figures.ts';
import { hostileNames, hostileValues } from './hostile-names.ts';
import { sized } from './size.ts';

const NAMES = hostileNames(200).slice(0, sized(40, 200));
const VALUES = hostileValues(200);
/** A table's name and nine of its columns'. */
const GROUP = 10;

const mysqlName = (name: string) => `\`${name.replaceAll('`', '``')}\``;
const snowflakeName = (name: string) => `"${name.replaceAll('"', '""')}"`;

test(`row 16: ${NAMES.length} hostile names and ${VALUES.length} hostile values`, {
  timeout: 600_000,
}, async () => {
  await using field = await Field.open();
  const { mysql, snowflake } = field;
  await mysql.admin.query('CREATE TABLE sentinel (id INT PRIMARY KEY)');
  await mysql.admin.query('INSERT INTO sentinel VALUES (1), (2), (3)');
  await snowflake.rows('CREATE TABLE sentinel AS SELECT 1 AS id UNION ALL SELECT 2 UNION ALL SELECT 3');
  const tables = Array.from({ length: NAMES.length / GROUP }, (_, group) => {
    // The server makes a file's name of a table's, five letters of each special character: the shortest fits.
    const names = NAMES.slice(group * GROUP, (group + 1) * GROUP);
    const [name = '', ...columns] = names.sort((one, other) => one.length - other.length);
    return { name, columns };
  });
  for (const { name, columns } of tables) {
    const definitions = columns.map(
      (column) => `${mysqlName(column)} VARCHAR(255) COLLATE utf8mb4_bin COMMENT ?`,
    );
    await mysql.admin.query(
      `CREATE TABLE ${mysqlName(name)} (row_number_ INT PRIMARY KEY, ${definitions.join(', ')}) CHARACTER SET utf8mb4`,
      columns,
    );
    await mysql.admin.query(`INSERT INTO ${mysqlName(name)} VALUES ?`, [
      VALUES.map((value, row) => [
        row,
        ...columns.map((_, at) => VALUES[(row + at) % VALUES.length] ?? value),
      ]),
    ]);
  }
  writeFileSync(
    join(field.cwd, 'snowstream.json'),
    JSON.stringify({
      tables: tables.map(({ name }) => ({ source: name, target: { table: snowflakeName(name) } })),
    }),
  );
  const usersBefore = await mysql.rows('SELECT User, Host FROM mysql.user ORDER BY 1, 2');
  const namesBefore = await mysql.rows('SHOW TABLES');

  for (const output of [['--json'], []]) {
    const ended = await field.command(['run', '--create', '--preserve-case', ...output]).ended;
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    for (const control of ['\0', '\x1b']) expect(ended.stdout + ended.stderr).not.toContain(control);
  }

  expect(await mysql.rows('SHOW TABLES')).toEqual(namesBefore);
  expect(await mysql.rows('SELECT User, Host FROM mysql.user ORDER BY 1, 2')).toEqual(usersBefore);
  expect(await mysql.rows('SELECT id FROM sentinel')).toEqual([['1'], ['2'], ['3']]);
  const shown = await snowflake.rows('SHOW TABLES');
  expect(shown.map(({ name }) => name).sort()).toEqual(
    ['SENTINEL', ...tables.map(({ name }) => name)].sort(),
  );
  expect((await snowflake.rows('SELECT id FROM sentinel ORDER BY 1')).map(({ ID }) => ID)).toEqual([
    '1',
    '2',
    '3',
  ]);
  for (const { name, columns } of tables) {
    const described = await snowflake.rows(`DESCRIBE TABLE ${snowflakeName(name)}`);
    expect(described.map((column) => column.name)).toEqual(['row_number_', ...columns]);
    // snowflake-sdk cannot hand over a result column called "constructor".
    const list = ['row_number_', ...columns].map((column, at) => `${snowflakeName(column)} AS C${at}`);
    const rows = await snowflake.rows(`SELECT ${list.join(', ')} FROM ${snowflakeName(name)} ORDER BY C0`);
    const source = await mysql.rows(`SELECT * FROM ${mysqlName(name)} ORDER BY row_number_`);
    expect(rows.map((row) => Object.values(row))).toEqual(source);
  }
  record({
    row: 16,
    fault: 'hostile identifiers and values',
    injected: NAMES.length + VALUES.length,
    rows: tables.length * VALUES.length,
    lost: 0,
    twice: 0,
    different: 0,
    note: `${NAMES.length} names, ${VALUES.length} values in each of ${tables.length} tables, 0 injections`,
  });
});

test('row 16: what a rejected row shows cannot move the cursor', { timeout: 120_000 }, async () => {
  await using field = await Field.open();
  await field.mysql.admin.query(
    'CREATE TABLE keyed (k VARCHAR(60) COLLATE utf8mb4_bin PRIMARY KEY, day DATE)',
  );
  const keys = hostileValues(60).filter((key) => key.length <= 60);
  await field.mysql.admin.query("SET SESSION sql_mode = ''");
  await field.mysql.admin.query('INSERT INTO keyed VALUES ?', [keys.map((key) => [key, '0000-00-00'])]);
  const args = ['run', '--table', 'keyed', '--create', '--zero-dates', 'reject'];
  const text = await field.command(args).ended;
  expect(text.code, text.stderr).toBe(4);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(text.stdout + text.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/);
  record({
    row: 16,
    fault: 'hostile keys of rejected rows',
    injected: keys.length,
    note: '0 control characters in the output',
  });
});
