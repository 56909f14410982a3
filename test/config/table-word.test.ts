import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadSettings } from '../../src/config/load.ts';
import { splitOutsideQuotes, tableOfWord } from '../../src/config/table-word.ts';
import { dotenv } from './bad-settings.ts';
import { workspace } from './workspace.ts';

describe('a table on one line', () => {
  test.each([
    ['people', { source: 'people' }],
    ['shop.people', { source: 'people', database: 'shop' }],
    [
      ' shop . people : RAW . PEOPLE ',
      { source: 'people', database: 'shop', target: { schema: 'RAW', table: 'PEOPLE' } },
    ],
    ['people:D.S.T', { source: 'people', target: { database: 'D', schema: 'S', table: 'T' } }],
    ['`odd.name`', { source: 'odd.name' }],
    ['shop.`a:b,c``d`:"x.y"', { source: 'a:b,c`d', database: 'shop', target: { table: '"x.y"' } }],
  ])('%s', (text, table) => expect(tableOfWord(text)).toEqual(table));

  test('any names can be written', () => {
    const name = fc
      .string({ minLength: 1, maxLength: 12, unit: 'binary' })
      .filter((text) => text.trim() !== '');
    const inBackticks = (text: string) => `\`${text.replaceAll('`', '``')}\``;
    const inQuotes = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(name, name, name, (database, source, table) => {
        const word = `${inBackticks(database)}.${inBackticks(source)}:${inQuotes(table)}`;
        expect(splitOutsideQuotes(`${word},${word}`, ',')).toEqual([word, word]);
        expect(tableOfWord(word)).toEqual({ source, database, target: { table: inQuotes(table) } });
      }),
    );
  });
});

describe('a table that a flag names keeps what the file says of it', () => {
  const tables = [
    { source: 'people', database: 'sales', target: { table: 'OF_SALES' } },
    { source: 'people', target: { table: 'OF_SHOP' } },
    { source: 'orders', database: 'sales', target: { table: 'ORDERS_OF_SALES' } },
  ];
  test.each([
    ['people', 'shop', 'OF_SHOP'],
    ['shop.people', 'shop', 'OF_SHOP'],
    ['sales.people', 'sales', 'OF_SALES'],
    ['crm.people', 'crm', 'people'],
    ['orders', 'sales', 'ORDERS_OF_SALES'],
    ['shop.orders', 'shop', 'orders'],
  ])('%s', (word, database, target) => {
    using at = workspace({ '.env': dotenv({ SNOWSTREAM_TABLES: null }), 'snowstream.json': { tables } });
    const settings = loadSettings({ flags: { table: [word] }, env: {}, cwd: at.cwd, home: at.home });
    expect(settings.tables).toMatchObject([{ database, target: { table: target } }]);
  });
});

test('nothing configured: every missing setting, and where it was looked for', () => {
  using at = workspace({ 'snowstream.json': {} });
  let detail = '';
  try {
    loadSettings({ env: {}, cwd: at.cwd, home: at.home });
  } catch (error) {
    detail = (error as { detail: string }).detail;
  }
  const lines = detail.split('\n');
  expect(lines.slice(0, -1).map((line) => line.split(' ')[0])).toEqual([
    'MYSQL_HOST',
    'MYSQL_USER',
    'SNOWFLAKE_DATABASE',
    'SNOWFLAKE_SCHEMA',
    'SNOWFLAKE_ACCOUNT',
    'SNOWFLAKE_USER',
    'SNOWFLAKE_PRIVATE_KEY_PATH',
    'SNOWSTREAM_TABLES',
  ]);
  expect(lines.at(-1)).toMatch(
    new RegExp(
      `^looked in: flags, the environment, ${at.cwd}/\\.env \\(no such file\\), ${at.cwd}/snowstream\\.json, `,
    ),
  );
});
