import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { type DuckDBConnection, DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api';
import { isSemiStructured } from '../catalog/data-type.ts';
import type { UserFunction } from '../catalog/entities.ts';
import { duckText } from '../catalog/identifier.ts';
import type { JavaScriptAnswer, JavaScriptRequest } from './javascript-worker.ts';

/** Rows handed over at once; the time limit holds for each such batch. */
const BATCH_ROWS = 1024;
const TIME_LIMIT_MS = 5_000;
const GRACE_MS = 2_000;
const MEMORY_LIMIT_MB = 256;

interface Running {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly signal: Int32Array;
}

/**
 * Runs JavaScript functions of users. DuckDB calls back on the main thread and has to be answered at once, so
 * the rows go to a worker and this thread waits for it: a function that loops or fills the memory costs the
 * worker, never this process.
 */
export class JavaScriptHost {
  readonly #functions = new Map<number, UserFunction>();
  #running: Running | null = null;

  /** Adds the DuckDB function that calls back here. */
  register(connection: DuckDBConnection): void {
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name: 'sf_javascript',
        returnType: VARCHAR,
        parameterTypes: [VARCHAR, VARCHAR],
        volatile: true,
        mainFunction: (info, chunk, output) => {
          const [keys, lists] = [chunk.getColumnVector(0), chunk.getColumnVector(1)];
          try {
            for (let from = 0; from < chunk.rowCount; from += BATCH_ROWS) {
              const to = Math.min(from + BATCH_ROWS, chunk.rowCount);
              const rows = Array.from(
                { length: to - from },
                (_, index) => lists.getItem(from + index) as string,
              );
              const results = this.#call(Number(keys.getItem(from)), rows);
              results.forEach((value, index) => {
                output.setItem(from + index, value);
              });
            }
            output.flush();
          } catch (error) {
            info.setError(error instanceof Error ? error.message : String(error));
          }
        },
      }),
    );
  }

  /** DuckDB SQL that calls a function; `jsonArguments` is SQL that yields a JSON array of the arguments. */
  sql(definition: UserFunction, jsonArguments: string): string {
    this.#functions.set(definition.id, definition);
    return `sf_javascript(${duckText(String(definition.id))}, ${jsonArguments})`;
  }

  /** Ends the worker. */
  stop(): void {
    this.#running?.port.close();
    void this.#running?.worker.terminate();
    this.#running = null;
  }

  #call(key: number, rows: readonly string[]): (string | null)[] {
    const definition = this.#functions.get(key);
    if (!definition) throw new Error(`SF|002140|42601|Unknown function ${key}`);
    const { returns } = definition;
    const answer = this.#ask({
      key,
      name: definition.name,
      source: definition.body,
      parameters: definition.arguments.map(({ name }) => name),
      result: isSemiStructured(returns) ? 'json' : returns.kind === 'BINARY' ? 'hex' : 'text',
      rows: `[${rows.join(',')}]`,
      timeLimit: TIME_LIMIT_MS,
    });
    if ('error' in answer) {
      throw new Error(`SF|100132|P0000|JavaScript execution error: ${answer.error} in ${definition.name}`);
    }
    return JSON.parse(answer.values) as (string | null)[];
  }

  #ask(request: JavaScriptRequest): JavaScriptAnswer {
    this.#running ??= start();
    const { port, signal } = this.#running;
    Atomics.store(signal, 0, 0);
    port.postMessage(request);
    Atomics.wait(signal, 0, 0, TIME_LIMIT_MS + GRACE_MS);
    const answer = receiveMessageOnPort(port) as { message: JavaScriptAnswer } | undefined;
    if (answer) return answer.message;
    this.stop();
    return { error: 'Execution time or memory limit exceeded' };
  }
}

function start(): Running {
  const state = new SharedArrayBuffer(4);
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL('./javascript-worker.js', import.meta.url), {
    workerData: { port: port2, state },
    transferList: [port2],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MB },
  });
  // The end of a worker that ran out of memory is told to the statement that waits for it.
  worker.on('error', () => undefined);
  worker.unref();
  port1.unref();
  return { worker, port: port1, signal: new Int32Array(state) };
}
