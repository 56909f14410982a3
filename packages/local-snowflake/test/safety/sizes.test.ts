import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, startInTemporaryFolder } from '../local.ts';

// No statement takes the memory of the machine, ends the process or gives a value that Snowflake would not: 16 MB of
// text, 8 MB of bytes.

const MIB = 1024 * 1024;

let emulator: Awaited<ReturnType<typeof startInTemporaryFolder>>;
let client: Client;
let other: Client;
beforeAll(async () => {
  emulator = await startInTemporaryFolder();
  client = await Client.connect(emulator);
  other = await Client.connect(emulator);
});
afterAll(async () => {
  await client?.close();
  await other?.close();
  await emulator?.remove();
});

/** The most memory that the process had, in MiB. */
const highWater = () =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${emulator.pid}/status`, 'utf8'))?.[1]) / 1024;

const MANY = 'table(generator(rowcount => 4000))';

/** A text of a MiB that is another one in each row of `MANY`. */
const MEGA = 'repeat(chr(65 + seq4() % 20), 1048576)';

describe('a value that would be too large is not computed', () => {
  test.each([
    ['REPEAT', "repeat('x', 1000000000)"],
    ['REPEAT of a number beyond 64 bits', "repeat('xxxxxxxxxxxx', 9000000000000000000)"],
    ['SPACE', 'space(1000000000)'],
    ['LPAD', "lpad('x', 1000000000)"],
    ['RPAD', "rpad('x', 1000000000, 'yz')"],
    ['RANDSTR', 'randstr(1000000000, random())'],
    ['REPLACE', "replace(repeat('1', 10000000), '1', repeat('x', 1000))"],
    ['REGEXP_REPLACE', "regexp_replace(repeat('1', 10000000), '1', repeat('x', 1000))"],
    [
      'REGEXP_REPLACE with groups',
      String.raw`regexp_replace(repeat('1', 10000000), '(1+)', repeat('\\1', 1000))`,
    ],
    ['REGEXP_REPLACE from a position', "regexp_replace(repeat('1', 10000000), '1', repeat('x', 1000), 2)"],
    ['ARRAY_GENERATE_RANGE', 'array_generate_range(0, 1000000000000)'],
    ['ARRAY_GENERATE_RANGE downwards', 'array_generate_range(1000000000000, 0, -1)'],
  ])('%s', async (_what, sql) => {
    const before = highWater();
    for (const from of ['', ' from table(generator(rowcount => 3))']) {
      const error = await client.error(`select length(${sql}::varchar)${from}`);
      expect(error).toMatchObject({ code: '100078', sqlState: '22000' });
      expect(error.message).toMatch(/^String '.{0,100}\.\.\.' is too long and would be truncated$/);
    }
    expect(highWater() - before).toBeLessThan(700);
  });

  test.each([
    ["length(repeat('x', 16777216))", '16777216'],
    ["length(repeat('ä', 60000000))", '60000000'],
    ["length(lpad('x', 16777216, 'y'))", '16777216'],
    ["length(replace(repeat('1', 1000000), '1', 'xx'))", '2000000'],
    ["length(replace(repeat('x', 1000000), repeat('y', 1000), repeat('z', 100000)))", '1000000'],
    ["length(regexp_replace(repeat('x', 1000000), 'y', repeat('z', 100000)))", '1000000'],
    ['length(randstr(1000, random()))', '1000'],
    ['randstr(0, random())', ''],
    ["repeat('x', -5)", ''],
    ["lpad('abc', -1)", ''],
    ['array_size(array_generate_range(0, 100000))', '100000'],
    ['array_generate_range(5, 1, -2)::varchar', '[5,3]'],
    ["replace('abc', '', 'x')", 'abc'],
  ])('but %s is', async (sql, expected) => {
    expect(await client.value(`select ${sql}`)).toBe(expected);
  });
});

describe('a larger value is neither given nor stored', () => {
  /** Of a text, or of a JSON document. */
  const TOO_LARGE = /^(100082|100069)$/;
  const halves = "repeat('x', 9000000)";
  test.each([
    ['||', `${halves} || ${halves}`],
    ['CONCAT', `concat(${halves}, ${halves})`],
    ['CONCAT_WS', `concat_ws(',', ${halves}, ${halves})`],
    ['INSERT', `insert(${halves}, 1, 0, ${halves})`],
    ['TRANSLATE', `translate(${halves}, 'x', '€')`],
    ['characters of several bytes', "repeat('€', 6000000)"],
    ['HEX_ENCODE', `hex_encode(${halves})`],
    ['BASE64_ENCODE', `base64_encode(repeat('x', 13000000))`],
    ['ARRAY_CONSTRUCT', `array_construct(${halves}, ${halves})`],
    ['OBJECT_CONSTRUCT', `object_construct('a', ${halves}, 'b', ${halves})`],
    ['TO_JSON', `to_json(array_construct(${halves}, ${halves}))`],
    ['SPLIT', "split(repeat('xxxxxxxxx,', 1500000), ',')"],
    ['SPACE', 'space(16777217)'],
    ['LPAD', "lpad('x', 16777217)"],
    ['RANDSTR', 'randstr(9000000, 1) || randstr(9000000, 2)'],
  ])('%s', async (_what, sql) => {
    const error = await client.error(`select ${sql} as v`);
    expect(error.code).toMatch(TOO_LARGE);
    expect(error.message).toMatch(
      /^(Max LOB size \(16777216\) exceeded, actual size of parsed column is \d{8}|Error parsing JSON: document is too large, max size 16777216 bytes)$/,
    );
    await client.rows('create or replace table kept (v varchar)');
    expect((await client.error(`insert into kept select (${sql})::varchar`)).code).toMatch(TOO_LARGE);
    expect((await client.error(`create table made as select ${sql} as v`)).code).toMatch(TOO_LARGE);
    expect(await client.value('select count(*) from kept')).toBe('0');
  });

  test.each([
    ['LISTAGG', `listagg(${MEGA}, ',')`],
    ['ARRAY_AGG', `array_agg(${MEGA})`],
    ['OBJECT_AGG', `object_agg(seq4()::varchar, ${MEGA}::variant)`],
  ])('%s', async (_what, sql) => {
    const from = 'from table(generator(rowcount => 40))';
    expect((await client.error(`select ${sql} ${from}`)).code).toMatch(TOO_LARGE);
  });

  test('bytes', async () => {
    const error = await client.error("select to_binary(repeat('ab', 8388609), 'hex')");
    expect(error).toMatchObject({ code: '100082' });
    expect(error.message).toBe('Max LOB size (8388608) exceeded, actual size of parsed column is 8388609');
    expect(await client.value("select length(to_binary(repeat('ab', 8388608), 'hex'))")).toBe('8388608');
  });

  test('one that is as large as it may be is given and stored', async () => {
    await client.rows("create or replace table kept as select repeat('x', 16777216) as v");
    expect(await client.value('select length(v) from kept')).toBe('16777216');
    const [[value] = []] = await client.rows('select v from kept');
    expect(value).toHaveLength(16_777_216);
  });

  test('a column of more than 16 MB takes more', async () => {
    await client.rows('create or replace table wide (v varchar(134217728))');
    await client.rows("insert into wide select repeat('x', 20000000)");
    expect(await client.value('select length(v) from wide')).toBe('20000000');
  });
});

/** Statements that need more than there is, whatever they are made of. */
const GREEDY = {
  'texts of many rows': `select sum(length(repeat(chr(65 + seq4() % 20), 100000000))) from ${MANY}`,
  'replaced texts': `select sum(length(replace(repeat(chr(65 + seq4() % 20), 10000), 'A', repeat('x', 10000)))) from ${MANY}`,
  'doubled texts': `${'select v || v as v from ('.repeat(26)}select repeat(chr(65 + seq4() % 20), 10) as v from ${MANY}${')'.repeat(26)}`,
  'a result of large values': `select ${MEGA.replace('1048576', '16000000')} from ${MANY}`,
  'a cross join': `select a.v, b.v from (select ${MEGA} v from ${MANY}) a cross join (select ${MEGA} v from ${MANY}) b order by 1, 2`,
  'a list of all': `select array_size(array_agg(a.i)) from (select seq4() i from ${MANY}) a,
     (select ${MEGA.replace('1048576', '10000')} i from ${MANY}) b`,
  'a window over all': `select max(length(listagg(i, ',') over ())) from (select ${MEGA} i from ${MANY})`,
  'a recursive query': `with recursive r(v) as (select 'x' union all select v || v from r where length(v) < 1e12) select max(length(v)) from r`,
  'a sort of large rows': `select v from (select ${MEGA} v from ${MANY}) order by length(v), v limit 1 offset 3999`,
  'a wide row': `select ${Array.from({ length: 200 }, (_, at) => `repeat('x', 5000000 + ${at}) as c${at}`).join(', ')}`,
};

describe('a statement that needs too much', () => {
  // Its own error, or the limits of values above; what fits by way of the disk is no error.
  test.each(Object.entries(GREEDY))('ends with an error, and the process lives: %s', async (_what, sql) => {
    const running = client.rows(sql).then(
      () => 'done',
      (error: { code?: string }) => error.code,
    );
    // Others go on meanwhile.
    for (let asked = 0; asked < 5; asked++) expect(await other.value('select 1')).toBe('1');
    expect(['000603', '100069', '100078', '100082', 'done']).toContain(await running);
    expect(await other.value('select 1')).toBe('1');
    expect(highWater()).toBeLessThan(3.2 * 1024);
  });
});

describe('results that are kept for later', () => {
  test('are bounded, one and all of them', async () => {
    const columns = Array.from({ length: 60 }, (_, at) => `random() as r${at}`);
    const huge = `select ${columns} from table(generator(rowcount => 1000000000000))`;
    expect(await client.error(huge)).toMatchObject({
      code: '000603',
      message: expect.stringContaining('256 MiB'),
    });
    const large = huge.replace('1000000000000', '20000');
    for (let asked = 0; asked < 6; asked++) expect(await client.rows(large)).toHaveLength(20_000);
    expect(highWater()).toBeLessThan(3.2 * 1024);
  }, 600_000);
});

test('the memory limit is that of the process', () => {
  const limits = readFileSync(`/proc/${emulator.pid}/limits`, 'utf8');
  expect(limits).toMatch(new RegExp(`Max data size\\s+${3 * 1024 * MIB}\\b`));
});
