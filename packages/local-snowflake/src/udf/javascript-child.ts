import process from 'node:process';
import { createInterface } from 'node:readline';
import { createContext, Script } from 'node:vm';

// Runs functions of users, in a process of its own: see javascript-relay.ts, which starts it. It is given to Node as a
// text, so it reads no file, and imports nothing but modules of Node.

/** One call of the host: a function (its source only the first time) and a JSON array of argument lists. */
export interface JavaScriptRequest {
  readonly key: number;
  readonly name: string;
  readonly source: string;
  readonly parameters: readonly string[];
  /** `json` for semi-structured results, `hex` for binary, else `text`. */
  readonly result: 'json' | 'hex' | 'text';
  /** A JSON array with an array of arguments for each row. */
  readonly rows: string;
  readonly timeLimit: number;
}

/** The results as a JSON array of texts and nulls, or why there are none. */
export type JavaScriptAnswer = { readonly values: string } | { readonly error: string };

/**
 * Runs inside the function's own realm, so that arguments and results are made of that realm's objects and
 * nothing of this worker is ever handed to the function. Gives back a text only.
 */
const RUNNER = `(function (call, result) {
  const { parse, stringify } = JSON;
  const { isArray } = Array;
  const decode = (value) => {
    // An SQL NULL is undefined, and null only what JSON calls null:
    // https://docs.snowflake.com/en/developer-guide/udf/javascript/udf-javascript-introduction
    if (!isArray(value)) return value === null ? undefined : value;
    const [kind, content] = value;
    if (kind === 'json') return content;
    if (kind === 'date') return new Date(content);
    if (kind === 'bytes') return Uint8Array.from(content.match(/../g) || [], (pair) => parseInt(pair, 16));
    return content === 'NaN' ? NaN : content === 'inf' ? Infinity : -Infinity;
  };
  const encode = (value) => {
    if (value === null || value === undefined) return null;
    if (result === 'json') return stringify(value) ?? null;
    if (result === 'hex' && ArrayBuffer.isView(value)) {
      return [...value].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    }
    if (value instanceof Date) return value.toISOString();
    return typeof value === 'object' ? stringify(value) : String(value);
  };
  return (rows) => {
    try {
      return 'V' + stringify(parse(rows).map((row) => encode(call(...row.map(decode)))));
    } catch (error) {
      try {
        return 'E' + (error instanceof Error ? error.name + ': ' + error.message : String(error));
      } catch {
        return 'EUnknown error';
      }
    }
  };
})`;

/**
 * Built-ins that the function sees as variables of a closure. As globals of the realm each use of one would go
 * through an interceptor, and libphonenumber takes twice as long.
 */
const BUILT_INS = [
  ...[
    'Object',
    'Function',
    'Array',
    'Number',
    'Boolean',
    'String',
    'Symbol',
    'BigInt',
    'Date',
    'RegExp',
    'Promise',
  ],
  ...[
    'Error',
    'TypeError',
    'RangeError',
    'SyntaxError',
    'JSON',
    'Math',
    'Map',
    'Set',
    'WeakMap',
    'Uint8Array',
  ],
  ...['parseInt', 'parseFloat', 'isNaN', 'isFinite', 'globalThis'],
].join(', ');

/**
 * Everything that Node adds to the language, taken from this process's own realm. `node:vm` is not a security
 * mechanism (https://nodejs.org/api/vm.html): a function that gets hold of an object of this realm, such as the error
 * of a failed import, finds nothing here that reaches the process, and cannot make code from text.
 */
function forgetNode(): void {
  const language = new Set(
    new Script('Object.getOwnPropertyNames(globalThis)').runInContext(createContext()) as string[],
  );
  for (const name of ['console', 'WebAssembly', 'SharedArrayBuffer', 'Atomics']) language.delete(name);
  for (const name of Reflect.ownKeys(globalThis))
    if (typeof name === 'symbol' || !language.has(name)) Reflect.deleteProperty(globalThis, name);
}

/** What V8 puts into each realm and Snowflake does not. */
const HIDDEN = new Script(
  "for (const name of ['console', 'WebAssembly', 'SharedArrayBuffer', 'Atomics']) delete globalThis[name];",
);

/** A function's realm: globals stay from row to row and from statement to statement. */
interface Realm {
  readonly context: object;
  readonly call: Script;
}

const realms = new Map<number, Realm>();
const MOST_REALMS = 32;

function realmOf(request: JavaScriptRequest): Realm {
  const known = realms.get(request.key);
  if (known) return known;
  const oldest = realms.size >= MOST_REALMS ? realms.keys().next().value : undefined;
  if (oldest !== undefined) realms.delete(oldest);
  const context = createContext(Object.create(null), {
    codeGeneration: { strings: false, wasm: false },
    // Callbacks of promises run within the time limit, and not after the answer.
    microtaskMode: 'afterEvaluate',
  });
  const limits = { timeout: request.timeLimit };
  const inner = `(function (${request.parameters.join(', ')}) {${request.source}\n})`;
  const source = `(function (${BUILT_INS}) { return ${inner}; })(${BUILT_INS})`;
  const make = new Script(
    `globalThis['\\u0000call'] = ${RUNNER}(${source}, ${JSON.stringify(request.result)})`,
  );
  HIDDEN.runInContext(context);
  make.runInContext(context, limits);
  const realm = { context, call: new Script("globalThis['\\u0000call'](globalThis['\\u0000rows'])") };
  realms.set(request.key, realm);
  return realm;
}

function answer(request: JavaScriptRequest): JavaScriptAnswer {
  try {
    const { context, call } = realmOf(request);
    Object.assign(context, { '\0rows': request.rows });
    const outcome: unknown = call.runInContext(context, { timeout: request.timeLimit });
    if (typeof outcome !== 'string') return { error: 'the function tampered with its realm' };
    return outcome.startsWith('V') ? { values: outcome.slice(1) } : { error: `Uncaught ${outcome.slice(1)}` };
  } catch (error) {
    realms.delete(request.key);
    // Errors of the realm are not instances of this realm's Error.
    const { code, name, message } = Object(error) as { code?: unknown; name?: unknown; message?: unknown };
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return { error: 'Execution time limit exceeded' };
    return { error: `${String(name)}: ${String(message)}` };
  }
}

const { stdin, stdout } = process;
const { parse, stringify } = JSON;
forgetNode();
createInterface({ input: stdin }).on('line', (line) => {
  stdout.write(`${stringify(answer(parse(line) as JavaScriptRequest))}\n`);
});
