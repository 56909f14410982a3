import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { JavaScriptAnswer, JavaScriptRequest } from './javascript-child.ts';

/** A call to the relay, and its answer. */
export interface RelayMessage<T> {
  readonly id: number;
  readonly content: T;
}

interface Running {
  readonly worker: Worker;
  readonly port: MessagePort;
  /** Counts the answers that were posted. */
  readonly posted: Int32Array;
}

const ENDED: JavaScriptAnswer = { error: 'Execution time or memory limit exceeded' };

/**
 * The process in which functions run, by way of the worker that bounds it. It takes one call after the other. An answer
 * can be waited for by this thread, as DuckDB's callbacks need it, or by a promise, while the thread does other work.
 */
export class JavaScriptProcess {
  #running: Running | null = null;
  #nextId = 1;
  readonly #answers = new Map<number, JavaScriptAnswer>();
  readonly #waiting = new Map<number, (answer: JavaScriptAnswer) => void>();

  /** Sends a call; its id. */
  send(request: JavaScriptRequest): number {
    this.#running ??= this.#start();
    const message: RelayMessage<JavaScriptRequest> = { id: this.#nextId++, content: request };
    this.#running.port.postMessage(message);
    return message.id;
  }

  /** Blocks this thread until the answer is there, or for so many milliseconds; undefined then. */
  receive(id: number, milliseconds: number): JavaScriptAnswer | undefined {
    const deadline = performance.now() + milliseconds;
    for (;;) {
      const { port, posted } = this.#running ?? {};
      if (!port || !posted) return this.#take(id) ?? ENDED;
      const seen = Atomics.load(posted, 0);
      for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port))
        this.#settle(next.message as RelayMessage<JavaScriptAnswer>);
      const answer = this.#take(id);
      const left = deadline - performance.now();
      if (answer || left <= 0) return answer;
      Atomics.wait(posted, 0, seen, left);
    }
  }

  /** The answer once it is there. */
  answer(id: number): Promise<JavaScriptAnswer> {
    const answer = this.#take(id);
    if (answer) return Promise.resolve(answer);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  /** Ends the worker and its process; calls that are not answered yet end with an error. */
  stop(): void {
    this.#running?.port.postMessage('end');
    this.#forget(this.#running);
  }

  #take(id: number): JavaScriptAnswer | undefined {
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    return answer;
  }

  #settle({ id, content }: RelayMessage<JavaScriptAnswer>): void {
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (resolve) resolve(content);
    else this.#answers.set(id, content);
  }

  #start(): Running {
    const posted = new Int32Array(new SharedArrayBuffer(4));
    const { port1: port, port2 } = new MessageChannel();
    const worker = new Worker(new URL('./javascript-relay.js', import.meta.url), {
      workerData: { port: port2, posted },
      transferList: [port2],
      env: {},
    });
    const running = { worker, port, posted };
    port.on('message', (message: RelayMessage<JavaScriptAnswer>) => this.#settle(message));
    worker.on('error', () => undefined).on('exit', () => this.#forget(running));
    port.unref();
    worker.unref();
    return running;
  }

  #forget(running: Running | null): void {
    if (running === null || running !== this.#running) return;
    this.#running = null;
    for (const resolve of this.#waiting.values()) resolve(ENDED);
    this.#waiting.clear();
  }
}
