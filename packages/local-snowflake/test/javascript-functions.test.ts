import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { Client } from './local.ts';
import { type LocalSession, sessionOfFile } from './session-of-file.ts';

let emulator: LocalSession['emulator'];
let client: Client;
sessionOfFile((session) => {
  ({ emulator, client } = session);
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

  test.each([
    ['objects', 'var a = []; for (;;) a.push(new Array(100000).fill(7));'],
    ['typed arrays', 'var a = []; for (;;) a.push(new Uint8Array(1 << 26).fill(1));'],
    ['a text that is split', "return 'a'.repeat(Math.pow(2, 27) + 10).split('').length + '';"],
    ['a text that grows', "var s = 'abcdefgh'; for (;;) { s += s; s.charCodeAt(s.length - 1); }"],
    ['a text as the result', "return 'a'.repeat(500000000);"],
    ['promises', 'var p = Promise.resolve(); for (;;) p = p.then(function () {});'],
    [
      'callbacks without end',
      'function again() { return Promise.resolve().then(again); } again(); return "x";',
    ],
    ['a regular expression', 'return String(/^(a+)+$/.test("a".repeat(40) + "b"));'],
    ['recursion', 'function f() { return f() + 1; } return f();'],
  ])('a function that takes all of %s costs its own process only', { tags: 'slow' }, async (_what, body) => {
    const { pid } = emulator;
    const peak = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    const before = peak();
    await make('() returns varchar', body);
    await client.rows('select f()').catch(() => undefined);
    await make('(x number) returns number', 'return X;');
    expect(await client.value('select f(1)')).toBe('1');
    // In kB; the function's own process may have 512 MiB.
    expect(peak() - before).toBeLessThan(300 * 1024);
  });

  test('what a function that was ended has taken is not held against the next one', async () => {
    await make(
      '() returns number',
      'taken = []; for (var i = 0; i < 6; i++) taken.push(new Uint8Array(1 << 26).fill(1)); for (;;);',
    );
    expect((await client.error('select f()')).message).toContain('limit exceeded');
    await make('(x number) returns number', 'return new Uint8Array(1 << 27).fill(1).length / 134217728 * X;');
    expect(await client.value('select f(1)')).toBe('1');
  });

  test('a loop that catches everything cannot stay', { tags: 'slow' }, async () => {
    await make('() returns varchar', 'for (;;) { try { for (;;); } catch (error) { } }');
    expect((await client.error('select f()')).message).toContain('limit exceeded');
  });
});

describe('other statements go on', () => {
  const SLOW = 'var end = Date.now() + X; while (Date.now() < end); return X;';

  test('while a function runs: in a query, an INSERT, a table that is made, an UPDATE', async () => {
    await make('(x number) returns number', SLOW);
    await client.rows('create table t (x number)');
    const other = await Client.connect(emulator);
    for (const sql of [
      'select f(600)',
      'insert into t select f(column1) from values (400), (450)',
      'create table u as select f(600) as x',
      'update t set x = f(600)',
      'delete from t where f(x) = 600',
    ]) {
      let ended = false;
      const slow = client.rows(sql).finally(() => {
        ended = true;
      });
      let answers = 0;
      while (!ended) {
        expect(await other.value('select 1')).toBe('1');
        answers += 1;
      }
      await slow;
      // The function holds the thread of all clients for a moment only: one that it held throughout would answer once.
      expect([sql, answers > 2]).toEqual([sql, true]);
    }
    expect(await client.rows('select * from t')).toEqual([]);
    expect(await client.rows('select * from u')).toEqual([['600']]);
    await other.close();
  });

  test('each row is written once, however often the statement was put off', async () => {
    await make(
      '(x number) returns number',
      'var end = Date.now() + 150; while (Date.now() < end); return X;',
    );
    await client.rows('create table t (x number)');
    const rows = 'select seq4() as x from table(generator(rowcount => 3000))';
    // A batch of 1,024 rows would take two minutes if all of them were slow.
    await client.rows(`insert into t select case when x % 1000 = 0 then f(x) else x end from (${rows})`);
    expect(await client.rows('select count(*), count(distinct x), sum(x) from t')).toEqual([
      ['3000', '3000', String((2999 * 3000) / 2)],
    ]);
  });

  test('a statement whose calls differ each time ends too', async () => {
    await make('(x float) returns number', 'var end = Date.now() + 120; while (Date.now() < end); return 1;');
    expect(await client.value('select f(random())')).toBe('1');
  });

  test('in a transaction the statement waits for its function', async () => {
    await make('(x number) returns number', SLOW);
    await client.rows('create table t (x number)');
    await client.rows('begin');
    await client.rows('insert into t select f(300)');
    await client.rows('insert into t select f(301)');
    await client.rows('commit');
    expect(await client.rows('select x from t order by x')).toEqual([['300'], ['301']]);
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

  // The error of a failed import is an object of the realm that node:vm itself runs in. What is found there is looked at
  // by a later call, as the promise settles after the first or second one.
  const ways = [
    'e.constructor.constructor("return process")().pid',
    'e.constructor.constructor("return globalThis")().process.pid',
    'e.constructor.constructor.constructor("return process.env")()',
    'Object.getOwnPropertyNames(e.constructor.constructor("return globalThis")()).join()',
    'e.constructor.constructor.prototype.constructor.call(null, "return process")().pid',
    'Reflect.construct(e.constructor.constructor, ["return process"])().pid',
    'e.constructor.constructor.apply.constructor("return process")().pid',
    '(e.constructor.prepareStackTrace = function (x, frames) { return frames.map(function (f) { var t = f.getThis(); return t && t.process ? "LEAKED" : ""; }).join(""); }, new e.constructor("x").stack)',
    '(e.constructor.prepareStackTrace = function (x, frames) { return frames.map(function (f) { var g = f.getFunction(); return g && !(g instanceof Function) ? "LEAKED" : ""; }).join(""); }, new e.constructor("x").stack)',
    'e.constructor.constructor.prototype.toString.constructor("return fetch")()("http://127.0.0.1:1") && "LEAKED"',
    'Object.getPrototypeOf(Object.getPrototypeOf(e.constructor.prototype)).constructor.constructor("return require")()("fs") && "LEAKED"',
    'e.constructor.captureStackTrace.constructor("return process.mainModule")() && "LEAKED"',
    'new (e.constructor.constructor("return WebAssembly")()).Module(new Uint8Array(8)) && "LEAKED"',
  ];
  const doors = [
    'import("node:fs").catch(function (e) { VISIT });',
    'import("data:text/javascript,export default 1").catch(function (e) { VISIT });',
    '(async function () { try { await import("./x.js"); } catch (e) { VISIT } })();',
    'var f = function () { f(); }; try { f(); } catch (e) { VISIT }',
    'new Proxy({}, { get: function (t, k) { throw { e: t }; } }); try { null.x; } catch (e) { VISIT }',
    'try { JSON.parse("{"); } catch (e) { VISIT }',
    'Promise.reject(new Error("x")).catch(function (e) { VISIT });',
  ];
  test.each(doors)('%s', async (door) => {
    for (const way of ways) {
      const visit = `try { found = String(${way}); } catch (x) { found = "nothing: " + x; }`;
      const body = `if (typeof found === "undefined") { found = "not yet"; ${door.replace('VISIT', visit)} } return String(found);`;
      await make('() returns varchar', body);
      const outcomes = [];
      for (let call = 0; call < 4; call++)
        outcomes.push(String(await client.value('select f()').catch((error: Error) => error.message)));
      expect(outcomes.join(), way).not.toMatch(
        /^\d+$|,\d+$|LEAKED|\[object|process|child_process|fetch(?!.*(?:is not|disallowed))/,
      );
    }
  });

  test('nor of its environment, its files and its descriptors, as another process sees it', async () => {
    await make('() returns varchar', 'return "x";');
    await client.value('select f()');
    const children = readdirSync('/proc').filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(emulator.pid)
        );
      } catch {
        return false;
      }
    });
    expect(children).toHaveLength(1);
    const [child] = children;
    expect(readFileSync(`/proc/${child}/environ`, 'utf8')).toBe('');
    const open = readdirSync(`/proc/${child}/fd`).map((fd) => readlinkSync(`/proc/${child}/fd/${fd}`));
    // Pipes, sockets of pairs, and what Node itself opens: no file of the data folder, no connection.
    expect(open.filter((path) => path.startsWith('/') && !path.startsWith('/dev/'))).toEqual([]);
  });
});
