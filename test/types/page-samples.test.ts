import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { javaClassName } from '../../src/types/family.ts';
import { snowflakeTypeSql } from '../../src/types/snowflake-type.ts';
import { isServer, type Server, serverOf } from '../cases/server.ts';
import { fittedColumns, openTestSource, type TestSource } from '../source/database.ts';
import { shownTypes } from './page.ts';
import { FAMILY_PAGES } from './page-families.ts';

let source: TestSource;
let server: Server;
beforeAll(async () => {
  source = await openTestSource();
  const [row] = await source.source.query('SELECT VERSION()');
  server = serverOf(String(row?.[0]));
});
afterAll(() => source[Symbol.asyncDispose]());

const SAMPLES = FAMILY_PAGES.flatMap(({ samples }) => samples);

// The page is computed from columns that were written by hand: the server may describe its own otherwise.
describe('docs/types.md shows what the program makes of a column', () => {
  test.each(SAMPLES.map((sample) => [sample.mysql, sample] as const))('%s', async (mysql, sample) => {
    for (const ddl of sample.ddl ?? [mysql]) {
      const create = `CREATE TABLE page (c ${ddl}) CHARACTER SET utf8mb4`;
      if (sample.servers !== undefined && !isServer(server, sample.servers)) {
        await expect(
          source.execute(create),
          `${mysql} is on this server, which the page does not say`,
        ).rejects.toThrow();
        continue;
      }
      await source.execute(create);
      const [made] = fittedColumns(await source.describe('page'));
      await source.execute('DROP TABLE page');
      if (made === undefined) throw new Error(`${ddl} has no column`);
      const java = javaClassName(made.encoder.java);
      expect({ snowflake: snowflakeTypeSql(made.type), java }, ddl).toEqual(shownTypes(sample));
    }
  });
});
