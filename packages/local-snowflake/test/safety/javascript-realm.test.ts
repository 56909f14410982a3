import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { type LocalSession, sessionOfFile } from '../session-of-file.ts';

let client: LocalSession['client'];
sessionOfFile((session) => {
  ({ client } = session);
});

async function make(signature: string, body: string): Promise<void> {
  await client.rows(`create or replace function f${signature} language javascript as $$${body}$$`);
}

// A function can replace what its realm answers with. DuckDB's vector keeps old memory in rows that are not set.
test.each([
  ['fewer results', '"V[]"'],
  ['one result fewer', '"V[" + Array(999).fill(\'"x"\').join() + "]"'],
  ['more results', '"V[" + Array(5000).fill(\'"x"\').join() + "]"'],
  ['no array', '"V{}"'],
  ['an array by its looks', '"V{\\"length\\":1000}"'],
  ['null', '"Vnull"'],
  ['no JSON', '"V["'],
  ['numbers', '"V[" + Array(1000).fill("1").join() + "]"'],
  ['objects', '"V[" + Array(1000).fill("{}").join() + "]"'],
  ['no text', '7'],
])('forged answer of a realm: %s', async (_, forged) => {
  await make(
    '(x number) returns varchar',
    `globalThis['\\u0000call'] = function () { return ${forged}; }; return 'x';`,
  );
  const count =
    'select count(distinct f(x)) from (select seq4() as x from table(generator(rowcount => 1000)))';
  expect(await client.value(count)).toBe('1');
  await expect(client.value(count)).rejects.toThrow('the function tampered with its realm');
  expect(await client.value('select 1')).toBe('1');
});

// Node sets these on its own objects when it writes an answer, and would give each object to a setter that is found on
// the way: the error of a failed import leads to the prototypes of Node's realm.
const WATCHED = ['handle', 'oncomplete', 'async', 'bytes', 'buffer', 'error', 'callback'];

test('a function lays no trap on the prototypes of Node, and reaches no network by one', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await make(
    '() returns varchar',
    `if (typeof found === 'undefined') {
       found = []; failed = undefined;
       import('node:net').catch(function (e) { failed = e; });
     }
     // It settles between two calls.
     if (failed === undefined) return 'pending';
     if (found.length === 0) {
       found.push('error: ' + typeof failed);
       for (var p = failed; p; p = Object.getPrototypeOf(p)) {
         var owners = [p, Object.getPrototypeOf(p.constructor)];
         for (var owner of owners) for (var key of ${JSON.stringify(WATCHED)}) (function (key) {
           try {
             Object.defineProperty(owner, key, { configurable: true, set: function (value) {
               found.push('trapped ' + key);
               Object.defineProperty(this, key, { value: value, writable: true, configurable: true });
               if (key !== 'handle') return;
               Object.getOwnPropertySymbols(value).forEach(function (symbol) {
                 var socket = value[symbol];
                 if (socket && socket.connect) new socket.constructor().connect(${port}, '127.0.0.1');
               });
             } });
           } catch (e) {}
         })(key);
       }
       return 'laid';
     }
     return found.join();`,
  );
  try {
    await expect.poll(() => client.value('select f()'), { interval: 1 }).toBe('laid');
    expect(await client.value('select f()')).toBe('error: object');
    expect(connections).toBe(0);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
