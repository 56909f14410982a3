import type { Socket } from 'node:net';
import { SnowstreamError } from '../errors.ts';
import { oneLine } from '../terminal-text.ts';
import { answerOf, type BatchRequest, INT, requestFrame } from './batch-frames.ts';
import type { JavaObject } from './java-classes.ts';
import { type Jvm, timedOut } from './jvm.ts';
import { socketFromJvm } from './jvm-socket.ts';

/**
 * The way of one channel's batches into the JVM of this process, and of the refused rows back: a socket on 127.0.0.1.
 * node-java takes texts alone at speed, and a thread that calls Java waits while the JVM collects garbage; bytes that
 * go through a socket are neither copied into a text nor make the event loop wait.
 */
export class BatchStream {
  readonly #jvm: Jvm;
  readonly #socket: Socket;
  readonly #java: JavaStream;
  /** Bytes of the answer that is on its way. */
  #coming: number | undefined;
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
    // What keeps the process alive is the JVM itself.
    socket.unref();
    socket.on('readable', () => this.#read());
    socket.on('error', (error) => this.#answered?.(error));
    socket.on('close', () => this.#answered?.(CLOSED));
  }

  /**
   * Has a batch inserted; one at a time.
   *
   * @param timeout milliseconds
   * @returns what `snowstream.bridge.Refusals` says of the refused rows
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
    if (answer.became === 'done') return answer.refusals;
    throw this.#jvm.causeOf(failed(answer.message, { detail: answer.trace }));
  }

  #giveUp(timeout: number): void {
    this.#java.giveUpSync();
    this.#answered?.(timedOut('insertRows', timeout));
  }

  /** Ends it; what is being inserted is not waited for. */
  close(): void {
    this.#socket.destroy();
  }

  #write(request: BatchRequest): void {
    this.#socket.cork();
    for (const piece of requestFrame(request)) this.#socket.write(piece);
    this.#socket.uncork();
  }

  #read(): void {
    this.#coming ??= this.#take(INT)?.readInt32BE();
    if (this.#coming === undefined) return;
    const frame = this.#take(this.#coming);
    if (frame === undefined) return;
    this.#coming = undefined;
    this.#answered?.(frame);
  }

  #take(bytes: number): Buffer | undefined {
    const piece: Buffer | null = this.#socket.read(bytes);
    // At its end a socket gives what there is, however little; that it has closed is told next.
    return piece?.length === bytes ? piece : undefined;
  }
}

const CLOSED = new Error('the JVM has closed the way of batches');

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
