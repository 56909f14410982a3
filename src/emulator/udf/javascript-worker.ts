import { createContext, Script } from 'node:vm';
import { type MessagePort, workerData } from 'node:worker_threads';

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

/** What V8 puts into each realm and Snowflake does not. */
const HIDDEN = new Script(
  "for (const name of ['console', 'WebAssembly', 'SharedArrayBuffer', 'Atomics']) delete globalThis[name];",
);

/** A function's realm: globals stay from row to row and from statement to statement. */
interface Realm {
  readonly context: object;
  readonly call: Script;
}

const { port, state } = workerData as { port: MessagePort; state: SharedArrayBuffer };
const signal = new Int32Array(state);
const realms = new Map<number, Realm>();
const MOST_REALMS = 32;

function realmOf(request: JavaScriptRequest): Realm {
  const known = realms.get(request.key);
  if (known) return known;
  const oldest = realms.size >= MOST_REALMS ? realms.keys().next().value : undefined;
  if (oldest !== undefined) realms.delete(oldest);
  const context = createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
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
    // Errors of the realm are no instances of this realm's Error.
    const { code, name, message } = Object(error) as { code?: unknown; name?: unknown; message?: unknown };
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return { error: 'Execution time limit exceeded' };
    return { error: `${String(name)}: ${String(message)}` };
  }
}

port.on('message', (request: JavaScriptRequest) => {
  port.postMessage(answer(request));
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
});
