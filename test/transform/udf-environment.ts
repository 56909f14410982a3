import vm from 'node:vm';

/** An environment as Snowflake gives it to a JavaScript UDF: the language's own globals and nothing of Node. */
export interface UdfEnvironment {
  /** Compiles a body as Snowflake does, a function of PHONE over globals that stay between rows. */
  compile(body: string): (phone: string | null | undefined) => unknown;
  /** The names that UDFs left behind in the global object. */
  globals(): string[];
}

export function udfEnvironment(): UdfEnvironment {
  // Snowflake has eval and new Function switched off.
  const context = vm.createContext({}, { codeGeneration: { strings: false, wasm: false } });
  return {
    compile: (body) => vm.runInContext(`(function (PHONE) {${body}\n})`, context),
    globals: () => Object.keys(context),
  };
}
