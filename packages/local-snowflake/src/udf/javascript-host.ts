import { type DuckDBConnection, DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api';
import type { UserFunction } from '../catalog/entities.ts';
import { duckText } from '../store/duck-text.ts';
import { JavaScriptCalls } from './javascript-calls.ts';
import { JavaScriptProcess } from './javascript-process.ts';

/** Rows handed over at once; the time limit holds for each such batch. */
const BATCH_ROWS = 1024;

interface Callee {
  readonly definition: UserFunction;
  readonly calls: JavaScriptCalls;
}

/** Runs JavaScript functions of users: the DuckDB function that calls them, and whose call it is. */
export class JavaScriptHost {
  readonly #process = new JavaScriptProcess();
  /** The functions that statements call, by the number in their SQL. */
  readonly #callees = new Map<number, Callee>();
  #nextCallee = 1;

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

  /**
   * Runs a statement that may call functions, and runs it again after each function that took long: `work` is given
   * what makes the SQL of a call from a function and SQL that yields a JSON array of its arguments.
   *
   * @param repeatable whether the statement leaves nothing behind when it fails; inside a transaction it does
   */
  async statement<T>(
    repeatable: boolean,
    work: (sql: (definition: UserFunction, jsonArguments: string) => string) => Promise<T>,
  ): Promise<T> {
    const calls = new JavaScriptCalls(this.#process, repeatable);
    // Equal calls have equal SQL, which GROUP BY compares.
    const ids = new Map<number, number>();
    const sql = (definition: UserFunction, jsonArguments: string): string => {
      const id = ids.get(definition.id) ?? this.#nextCallee++;
      this.#callees.set(id, { definition, calls });
      ids.set(definition.id, id);
      return `sf_javascript(${duckText(String(id))}, ${jsonArguments})`;
    };
    try {
      for (;;) {
        try {
          return await work(sql);
        } catch (error) {
          if (!(await calls.repeat())) throw error;
        }
      }
    } finally {
      // A transaction may have its statements executed again until it ends.
      if (repeatable) for (const id of ids.values()) this.#callees.delete(id);
    }
  }

  /** Ends the process. */
  stop(): void {
    this.#process.stop();
  }

  #call(id: number, rows: readonly string[]): readonly (string | null)[] {
    const callee = this.#callees.get(id);
    if (!callee) throw new Error(`SF|002140|42601|Unknown function ${id}`);
    return callee.calls.call(callee.definition, rows);
  }
}
