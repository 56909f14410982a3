import { expect, it } from 'vitest';
import { goldStatements, makeGold, type SqlSession } from '../../src/transform/gold.ts';
import { createParsePhoneNo } from '../../src/transform/parse-phone-no.ts';

const raw = { database: 'SHOP', schema: 'PUBLIC', table: 'SF_CUSTOMER_RAW' };
const gold = { ...raw, table: 'SF_CUSTOMER_GOLD' };

it('creates the table and the function, replaces the rows and counts them', () => {
  expect(goldStatements(raw, gold)).toEqual([
    'CREATE TABLE IF NOT EXISTS "SHOP"."PUBLIC"."SF_CUSTOMER_GOLD" (customer_id VARCHAR, email VARCHAR, phone VARCHAR, date_of_birth DATE)',
    createParsePhoneNo('"SHOP"."PUBLIC"."PARSE_PHONE_NO"'),
    'INSERT OVERWRITE INTO "SHOP"."PUBLIC"."SF_CUSTOMER_GOLD" (customer_id, email, phone, date_of_birth) SELECT customer_id, email, "SHOP"."PUBLIC"."PARSE_PHONE_NO"(phone), TO_DATE(date_of_birth) FROM "SHOP"."PUBLIC"."SF_CUSTOMER_RAW"',
    `SELECT COUNT(*) AS gold_rows, COUNT_IF(phone = '0000000000') AS invalid_phones FROM "SHOP"."PUBLIC"."SF_CUSTOMER_GOLD"`,
  ]);
});

it('runs them one after the other, takes names as people write them, and reads counts that come as text', async () => {
  const ran: string[] = [];
  const session: SqlSession = {
    async execute(sqlText) {
      ran.push(sqlText);
      return sqlText.startsWith('SELECT') ? [{ GOLD_ROWS: '500000', INVALID_PHONES: '12' }] : [];
    },
  };
  const written = { database: 'shop', schema: 'public', table: 'sf_customer_raw' };
  expect(await makeGold(session, written, '"Gold"')).toEqual({
    table: 'SHOP.PUBLIC."Gold"',
    rows: 500_000,
    invalidPhones: 12,
    seconds: expect.any(Number),
  });
  expect(ran).toEqual(goldStatements(raw, { ...raw, table: 'Gold' }));
});

it('never overwrites the raw table with itself', async () => {
  const session: SqlSession = { execute: () => Promise.reject(new Error('nothing may run')) };
  await expect(makeGold(session, raw, 'sf_customer_raw')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
