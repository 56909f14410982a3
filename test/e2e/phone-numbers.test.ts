import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeGold } from '../../src/transform/gold.ts';
import { UNPARSABLE_PHONE } from '../../src/transform/parse-phone-no.ts';
import { samples } from '../transform/phone-sample.ts';
import { type Ends, startEnds } from './local.ts';

let ends: Ends;
beforeAll(async () => {
  ends = await startEnds();
});
afterAll(() => ends[Symbol.asyncDispose]());

test('the gold table has, for each number of the sample, what Python made of it', async () => {
  const { snowflake, emulator } = ends;
  const raw = { database: emulator.database, schema: emulator.schema, table: 'raw' };
  await snowflake.execute(
    'CREATE TABLE raw (customer_id VARCHAR, email VARCHAR, phone VARCHAR, date_of_birth VARCHAR)',
  );
  for (let from = 0; from < samples.length; from += 500) {
    const part = samples.slice(from, from + 500);
    const rows = part.map(() => "(?, 'a@example.com', ?, '1970-01-02')").join(', ');
    const binds = part.flatMap(({ phone }, index) => [String(from + index), phone]);
    await snowflake.execute(`INSERT INTO raw VALUES ${rows}`, binds);
  }

  const gold = await makeGold(snowflake, raw, 'gold');

  expect(gold.rows).toBe(samples.length);
  const rows = await snowflake.execute('SELECT customer_id, phone, date_of_birth::VARCHAR AS born FROM gold');
  const answers = new Map(rows.map((row) => [row.CUSTOMER_ID, row.PHONE]));
  const expected = samples.map(({ python, differsBy }) => (differsBy === '' ? python : UNPARSABLE_PHONE));
  expect(samples.map((_, index) => answers.get(String(index)))).toEqual(expected);
  expect(gold.invalidPhones).toBe(expected.filter((phone) => phone === UNPARSABLE_PHONE).length);
  expect(new Set(rows.map((row) => row.BORN))).toEqual(new Set(['1970-01-02']));

  // Once more: gold holds raw's rows and no more.
  expect((await makeGold(snowflake, raw, 'gold')).rows).toBe(samples.length);
});
