import type { Socket } from 'node:net';
import { SnowstreamError } from '../errors.ts';
import { oneLine } from '../terminal-text.ts';
import { answerOf, type BatchRequest, INT, requestFrame } from './batch-frames.ts';
import type { JavaObject } from './java-classes.ts';
import { type Jvm, timedOut } from './jvm.ts';
import { socketFromJvm } from './jvm-socket.ts';

/**
 * The connection of one channel to the JVM of this process: batches in, rejected rows out, through a socket on 127.0.0.1.
 * node-java is fast for texts only, and a thread that calls Java waits while the JVM collects garbage. Bytes in a
 * socket are not copied into a text and do not block the event loop.
 */
export class BatchStream {
  readonly #jvm: Jvm;
  readonly #socket: Socket;
  readonly #java: JavaStream;
  /** Bytes of the answer that is being received. */
  #pendingLength: number | undefined;
  #answered: ((answer: Buffer | Error) => void) | undefined;

  /**
   * @param inserter a `snowstream.bridge.BatchInserter`
   * @throws SnowstreamError JVM_TIMEOUT when the JVM does not connect.
   */
  static async open(jvm: Jvm, inserter: JavaObject): Promise<BatchStream> {
    let java: JavaStream | undefined;
    const socket = await socketFromJvm((port, secret) => {
      java = jvm.create<JavaStream>('snowstream.bridge.BatchStream', inserter, port, secret);
    });
    return new BatchStream(jvm, socket, java as JavaStream);
  }

  private constructor(jvm: Jvm, socket: Socket, java: JavaStream) {
    this.#jvm = jvm;
    this.#socket = socket;
    this.#java = java;
    socket.setNoDelay();
    // The JVM itself keeps the process alive.
    socket.unref();
    socket.on('readable', () => this.#read());
    socket.on('error', (error) => this.#answered?.(error));
    socket.on('close', () => this.#answered?.(CLOSED));
  }

  /**
   * Inserts a batch; one at a time.
   *
   * @param timeout milliseconds
   * @returns the rejected rows, as `snowstream.bridge.Rejects` writes them
   * @throws SnowstreamError JAVA_EXCEPTION with the exception's message; JVM_TIMEOUT; JVM_MEMORY as `Jvm.call`.
   */
  async insert(request: BatchRequest, timeout: number): Promise<readonly string[]> {
    const answered = new Promise<Buffer | Error>((resolve) => {
      this.#answered = resolve;
    });
    const late = setTimeout(() => this.#giveUp(timeout), timeout);
    if (this.#socket.destroyed) this.#answered?.(CLOSED);
    else this.#write(request);
    const frame = await answered;
    clearTimeout(late);
    this.#answered = undefined;
    if (frame instanceof SnowstreamError) throw this.#jvm.causeOf(frame);
    if (frame instanceof Error) throw this.#jvm.causeOf(failed(frame.message, { cause: frame }));
    const answer = answerOf(frame);
    if (answer.outcome === 'done') return answer.rejects;
    throw this.#jvm.causeOf(failed(answer.message, { detail: answer.trace }));
  }

  #giveUp(timeout: number): void {
    this.#java.giveUpSync();
    this.#answered?.(timedOut('insertRows', timeout));
  }

  /** Closes it, without waiting for an insert. */
  close(): void {
    this.#socket.destroy();
  }

  #write(request: BatchRequest): void {
    this.#socket.cork();
    for (const piece of requestFrame(request)) this.#socket.write(piece);
    this.#socket.uncork();
  }

  #read(): void {
    this.#pendingLength ??= this.#take(INT)?.readInt32BE();
    if (this.#pendingLength === undefined) return;
    const frame = this.#take(this.#pendingLength);
    if (frame === undefined) return;
    this.#pendingLength = undefined;
    this.#answered?.(frame);
  }

  #take(bytes: number): Buffer | undefined {
    const piece: Buffer | null = this.#socket.read(bytes);
    // A socket that has ended returns what is left, however little; its close event follows.
    return piece?.length === bytes ? piece : undefined;
  }
}

const CLOSED = new Error('the JVM has closed the connection for batches');

/** `snowstream.bridge.BatchStream`. */
interface JavaStream extends JavaObject {
  giveUpSync(): void;
}

function failed(
  message: string,
  more: { readonly cause?: unknown; readonly detail?: string },
): SnowstreamError {
  return new SnowstreamError('JAVA_EXCEPTION', `insertRows failed: ${oneLine(message)}`, more);
}
