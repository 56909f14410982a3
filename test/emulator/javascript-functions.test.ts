import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Client, startInTemporaryFolder } from './local.ts';

let emulator: Awaited<ReturnType<typeof startInTemporaryFolder>>;
let client: Client;
beforeAll(async () => {
  emulator = await startInTemporaryFolder();
  client = await Client.connect(emulator);
});
afterAll(async () => {
  await client.close();
  await emulator.remove();
});

beforeEach(async () => {
  // Functions of one name and different arguments live side by side.
  await client.rows('create or replace schema local_db.functions');
});

/** Makes the function F with this signature and body. */
async function make(signature: string, body: string, properties = ''): Promise<void> {
  await client.rows(
    `create or replace function f${signature} language javascript ${properties} as $$${body}$$`,
  );
}

describe('arguments and results', () => {
  test.each([
    ['(x float) returns float', 'return X + 1;', 'f(1.5)', '2.5'],
    ['(x number) returns varchar', 'return typeof X + X;', 'f(12)', 'number12'],
    ['(x varchar) returns varchar', 'return X.toUpperCase() + "é日";', `f('a"b\\\\n')`, 'A"B\\Né日'],
    ['(x boolean) returns boolean', 'return !X;', 'f(true)', false],
    ['(x varchar) returns varchar', 'return X === undefined ? "none" : X;', 'f(null)', 'none'],
    ['(x varchar) returns varchar', 'return null;', "f('a')", null],
    ['(x varchar) returns varchar', '', "f('a')", null],
    ['(x float) returns float', 'return NaN;', 'f(1)', 'NaN'],
    ['(x float) returns varchar', 'return String(X);', "f('-inf')", '-Infinity'],
    ['(x number) returns number(10,2)', 'return X / 3;', 'f(10)', '3.33'],
    ['(x binary) returns varchar', 'return X.length + ":" + X[0];', "f(to_binary('ff00'))", '2:255'],
    ['(x varchar) returns varchar', 'return [1,2];', "f('a')", '[1,2]'],
    ['("x" varchar, "Y" varchar) returns varchar', 'return x + Y;', "f('a', 'b')", 'ab'],
    ['() returns varchar', 'return arguments.length + "";', 'f()', '0'],
  ])('%s %s', async (signature, body, call, expected) => {
    await make(signature, body);
    expect(await client.value(`select ${call}`)).toBe(expected);
  });

  test('variants go in and out as what they hold', async () => {
    await make('(x variant) returns variant', 'return {is: Array.isArray(X) ? "array" : typeof X, x: X};');
    expect(await client.value(`select f(parse_json('[1,["json",2]]'))`)).toEqual({
      is: 'array',
      x: [1, ['json', 2]],
    });
    expect(await client.value(`select f(parse_json('{"a":{"b":null}}')):x.a`)).toEqual({ b: null });
    expect(await client.value("select f(to_variant('s')):is::varchar")).toBe('string');
  });

  test('dates and timestamps', async () => {
    await make('(d date) returns date', 'return new Date(D.getTime() + 86400000);');
    expect(await client.value("select to_varchar(f('2020-02-28'::date))")).toBe('2020-02-29');
    await make('(t timestamp_ntz) returns varchar', 'return T.toISOString();');
    expect(await client.value("select f('2020-01-02 03:04:05.678'::timestamp_ntz)")).toBe(
      '2020-01-02T03:04:05.678Z',
    );
  });

  test('STRICT functions are not called for NULL', async () => {
    await make('(x varchar) returns varchar', 'return "called";', 'strict');
    expect(await client.rows("select f(null), f('x')")).toEqual([[null, 'called']]);
  });

  test('works anywhere in a statement, over many rows', async () => {
    await make('(x number) returns number', 'return X % 7;');
    const sql =
      'select f(id) as k, count(*) from (select seq4() as id from table(generator(rowcount => 7000))) where f(id) < 3 group by f(id) having sum(f(id)) >= 0 order by f(id)';
    expect(await client.rows(sql)).toEqual([
      ['0', '1000'],
      ['1', '1000'],
      ['2', '1000'],
    ]);
  });

  test('overloads, SQL functions, DROP', async () => {
    await client.rows("create or replace function g(x number) returns varchar as 'x || ''n'''");
    await client.rows("create or replace function g(x varchar) returns varchar as 'select x || ''t'''");
    expect(await client.rows("select g(1), g('1')")).toEqual([['1n', '1t']]);
    await client.rows('drop function g(number)');
    expect(await client.value('select g(1)')).toBe('1t');
    await client.rows('drop function g(varchar)');
    expect((await client.error('select g(1)')).code).toBe('002140');
  });

  test('globals stay from row to row, and belong to one function', async () => {
    await make(
      '(x number) returns number',
      'if (typeof seen === "undefined") { seen = 0; } seen++; return seen;',
    );
    expect(await client.value('select max(f(seq4())) from table(generator(rowcount => 5000))')).toBe('5000');
    await client.rows(
      'create or replace function h() returns varchar language javascript as $$return typeof seen;$$',
    );
    expect(await client.value('select h()')).toBe('undefined');
  });
});

describe('what goes wrong', () => {
  test('an error in a row fails the statement', async () => {
    await make('(x number) returns number', 'if (X === 3) throw new TypeError("three"); return X;');
    const error = await client.error('select f(seq4()) from table(generator(rowcount => 10))');
    expect(error).toMatchObject({ code: '100132', sqlState: 'P0000' });
    expect(error.message).toContain('JavaScript execution error: Uncaught TypeError: three in F');
    expect(await client.value('select f(1)')).toBe('1');
  });

  test('a result that its type cannot hold', async () => {
    await make('() returns number', 'return "abc";');
    expect((await client.error('select f()')).code).toBe('100038');
  });

  test('a syntax error is found when the function is made', async () => {
    const error = await client.error(
      'create or replace function bad() returns varchar language javascript as $$return (;$$',
    );
    expect(error).toMatchObject({ code: '100131', sqlState: 'P0000' });
    expect((await client.error('select bad()')).code).toBe('002140');
  });

  test('an endless loop ends at the time limit, and the function after it works', async () => {
    await client.rows(
      'create or replace function ok() returns varchar language javascript as $$return "ok";$$',
    );
    await make('() returns varchar', 'for (;;);');
    const error = await client.error('select f()');
    expect(error.message).toContain('Execution time limit exceeded');
    await make('(x number) returns number', 'return X;');
    expect(await client.value('select f(1)')).toBe('1');
  });

  test('a function that fills the memory costs its worker only', async () => {
    await make('() returns varchar', 'var a = []; for (;;) a.push(new Array(100000).fill(7));');
    expect((await client.error('select f()')).message).toContain('limit exceeded');
    await make('(x number) returns number', 'return X;');
    expect(await client.value('select f(1)')).toBe('1');
  });

  test('a loop that catches everything cannot stay', async () => {
    await make('() returns varchar', 'for (;;) { try { for (;;); } catch (error) { } }');
    expect((await client.error('select f()')).message).toContain('limit exceeded');
  });
});

describe('a function reaches nothing of the process', () => {
  test.each([
    'return typeof process',
    'return typeof require',
    'return typeof fetch',
    'return typeof setTimeout',
    'return typeof console',
    'return typeof Buffer',
    'return typeof globalThis.process',
  ])('%s', async (body) => {
    await make('() returns varchar', body);
    expect(await client.value('select f()')).toBe('undefined');
  });

  test.each([
    'return this.constructor.constructor("return process")().pid',
    'return (function () {}).constructor("return process")().pid',
    'return eval("process.pid")',
    'return Object.getPrototypeOf(async function () {}).constructor("return process")()',
    'Error.prepareStackTrace = (e, frames) => frames.map((f) => { const h = f.getFunction(); return h && h.constructor("return typeof process")(); }).join(); throw new Error(new Error().stack)',
    'Error.prepareStackTrace = (e, frames) => String(frames.map((f) => { const t = f.getThis(); return t && t.process ? "LEAKED" : ""; })); throw new Error(new Error().stack)',
    'return arguments.callee.caller.constructor("return process")().pid',
    'return import("node:fs")',
  ])('%s', async (body) => {
    await make('() returns varchar', body);
    const outcome = await client.value('select f()').catch((error: Error) => error.message);
    expect(String(outcome)).not.toMatch(/^\d+$|LEAKED|\[object process\]|object,/);
  });
});
