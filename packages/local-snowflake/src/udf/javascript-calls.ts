import { isSemiStructured } from '../catalog/data-type.ts';
import type { UserFunction } from '../catalog/entities.ts';
import type { JavaScriptAnswer, JavaScriptRequest } from './javascript-child.ts';
import type { JavaScriptProcess } from './javascript-process.ts';

const TIME_LIMIT_MS = 5_000;
/** How long the thread that serves everybody waits for an answer before the statement is put off. */
const HOLD_MS = 100;
/** For a statement that cannot be put off: its own time and that of calls before it, then the relay has failed. */
const LONGEST_WAIT_MS = 60_000;
/** A statement whose calls differ at each execution, as with RANDOM(), would be put off for ever. */
const MOST_REPEATS = 20;

interface LateAnswer {
  readonly key: string;
  readonly answer: JavaScriptAnswer;
}

/**
 * The calls of JavaScript functions in one statement. DuckDB calls back on the thread that serves all clients, and needs
 * the answer at once. A call that takes longer than a moment fails the statement instead; when the answer has come, the
 * statement is executed again, and the same call finds it. Other statements run in between.
 */
export class JavaScriptCalls {
  readonly #process: JavaScriptProcess;
  readonly #repeatable: boolean;
  /** By the place of the call among those of an execution, which come in the same order each time. */
  readonly #late = new Map<number, LateAnswer>();
  #place = 0;
  #repeats = 0;
  #pending: Promise<void> | undefined;

  /** @param repeatable whether the statement may be executed again after it failed: not inside a transaction */
  constructor(process: JavaScriptProcess, repeatable: boolean) {
    this.#process = process;
    this.#repeatable = repeatable;
  }

  /**
   * The results of a function for some rows: a JSON array of its arguments each.
   *
   * @throws Error with what the statement fails for, in the form that `fromDuckDb` reads.
   */
  call(definition: UserFunction, rows: readonly string[]): readonly (string | null)[] {
    const place = this.#place++;
    const request = requestOf(definition, rows);
    const key = `${definition.id} ${request.rows}`;
    const late = this.#late.get(place);
    const answer = late?.key === key ? late.answer : this.#ask(place, key, request);
    const values = 'error' in answer ? undefined : valuesOf(answer.values, rows.length);
    if (values) return values;
    const reason = 'error' in answer ? answer.error : 'the function tampered with its realm';
    throw new Error(`SF|100132|P0000|JavaScript execution error: ${reason} in ${definition.name}`);
  }

  /** Waits for the answer that the statement was put off for; false when it failed for another reason. */
  async repeat(): Promise<boolean> {
    if (this.#pending === undefined) return false;
    await this.#pending;
    this.#pending = undefined;
    this.#place = 0;
    this.#repeats += 1;
    return true;
  }

  #ask(place: number, key: string, request: JavaScriptRequest): JavaScriptAnswer {
    const id = this.#process.send(request);
    const mayRepeat = this.#repeatable && this.#repeats < MOST_REPEATS;
    const answer = this.#process.receive(id, mayRepeat ? HOLD_MS : LONGEST_WAIT_MS);
    if (answer) return answer;
    if (!mayRepeat) return { error: 'Execution time limit exceeded' };
    this.#pending = this.#process.answer(id).then((late) => {
      this.#late.set(place, { key, answer: late });
    });
    throw new Error('The answer of a JavaScript function is not there yet');
  }
}

/**
 * The results in an answer; undefined unless there is a text or null for each row. A function can forge the answer, and
 * a row of DuckDB's vector that is not set shows memory of this process.
 */
function valuesOf(json: string, count: number): (string | null)[] | undefined {
  try {
    const values: unknown = JSON.parse(json);
    const isWhole =
      Array.isArray(values) &&
      values.length === count &&
      values.every((value) => value === null || typeof value === 'string');
    return isWhole ? values : undefined;
  } catch {
    return undefined;
  }
}

function requestOf(
  { id, name, body, arguments: parameters, returns }: UserFunction,
  rows: readonly string[],
) {
  return {
    key: id,
    name,
    source: body,
    parameters: parameters.map((parameter) => parameter.name),
    result: isSemiStructured(returns) ? 'json' : returns.kind === 'BINARY' ? 'hex' : 'text',
    rows: `[${rows.join(',')}]`,
    timeLimit: TIME_LIMIT_MS,
  } as const;
}
