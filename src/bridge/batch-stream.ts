import { randomBytes } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { SnowstreamError } from '../errors.ts';
import type { JavaObject } from './java-classes.ts';
import { FULL, heapFull, type Jvm, timedOut } from './jvm.ts';

/** A batch for `snowstream.bridge.BatchStream`. */
export interface BatchRequest {
  /** Written from cells; as MySQL sent it; or the rows that were left of the one that was sent last. */
  readonly kind: keyof typeof KINDS;
  readonly cells: readonly Buffer[];
  readonly offsetToken: string;
  /** Cells that each row has behind those of the columns. */
  readonly further?: number;
  /** Indexes in the batch of the rows that were left. */
  readonly places?: readonly number[];
  /** Indexes of rows that stay out. */
  readonly out?: readonly number[];
}

const KINDS = { written: 0, sent: 1, rest: 2 };

/** What became of it, at the beginning of an answer. */
const FAILED = 1;
const HEAP_FULL = 2;

/** Milliseconds for the JVM to connect to this process. */
const CONNECT = 30_000;
/** Milliseconds between two looks at what takes longer than that. */
const LOOK = 1_000;
const SECRET_BYTES = 32;

/**
 * The way of one channel's batches into the JVM of this process, and of the refused rows back: a socket on 127.0.0.1.
 * node-java takes texts alone at speed, and a thread that calls Java waits while the JVM collects garbage; bytes that
 * go through a socket are neither copied into a text nor make the event loop wait.
 */
export class BatchStream {
  readonly #jvm: Jvm;
  readonly #socket: Socket;
  readonly #java: JavaStream;
  #received: Buffer[] = [];
  #answered: ((answer: Buffer | Error) => void) | undefined;

  /**
   * @param inserter a `snowstream.bridge.BatchInserter`
   * @throws SnowstreamError JVM_TIMEOUT when the JVM does not connect.
   */
  static async open(jvm: Jvm, inserter: JavaObject): Promise<BatchStream> {
    const secret = randomBytes(SECRET_BYTES / 2).toString('hex');
    const server = createServer();
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(0, '127.0.0.1', resolve);
      });
      const { port } = server.address() as { port: number };
      const java = jvm.create<JavaStream>('snowstream.bridge.BatchStream', inserter, port, secret);
      const socket = await new Promise<Socket>((resolve, reject) => {
        const late = setTimeout(() => reject(timedOut('the way of batches into Java', CONNECT)), CONNECT);
        server.on('connection', async (candidate) => {
          // Whoever else is on this machine may connect, too.
          if (!(await knows(candidate, secret))) return candidate.destroy();
          clearTimeout(late);
          resolve(candidate);
        });
      });
      return new BatchStream(jvm, socket, java);
    } finally {
      server.close();
    }
  }

  private constructor(jvm: Jvm, socket: Socket, java: JavaStream) {
    this.#jvm = jvm;
    this.#socket = socket;
    this.#java = java;
    socket.setNoDelay();
    // What keeps the process alive is the JVM itself.
    socket.unref();
    socket.on('data', (piece) => this.#take(piece));
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
    const looking = this.#lookAfter(timeout);
    if (this.#socket.destroyed) this.#answered?.(CLOSED);
    else this.#write(request);
    const answer = await answered;
    clearInterval(looking);
    this.#answered = undefined;
    if (answer instanceof SnowstreamError) throw this.#jvm.causeOf(answer);
    if (answer instanceof Error) throw this.#jvm.causeOf(failed(answer.message, { cause: answer }));
    const became = answer.readInt32BE();
    if (became === HEAP_FULL) throw heapFull();
    const texts = textsOf(answer.subarray(4));
    if (became !== FAILED) return texts;
    const [message = '', detail = ''] = texts;
    throw this.#jvm.causeOf(failed(message, { detail }));
  }

  /** Gives up what takes too long, or can come to no end because the heap was full. */
  #lookAfter(timeout: number): NodeJS.Timeout {
    let end = performance.now() + timeout;
    return setInterval(
      () => {
        try {
          this.#jvm.needRoom(0);
        } catch {
          end = Math.min(end, performance.now() + FULL);
        }
        if (performance.now() < end) return;
        this.#java.giveUpSync();
        this.#answered?.(timedOut('insertRows', timeout));
      },
      Math.min(LOOK, timeout),
    );
  }

  /** Ends it; what is being inserted is not waited for. */
  close(): void {
    this.#socket.destroy();
  }

  #write({ kind, cells, offsetToken, further = 0, places = [], out = [] }: BatchRequest): void {
    const token = Buffer.from(offsetToken);
    const bytes = cells.reduce((sum, { length }) => sum + length, 0);
    this.#socket.cork();
    this.#socket.write(ints(KINDS[kind], further, token.length));
    this.#socket.write(token);
    this.#socket.write(ints(places.length, ...places, out.length, ...out, bytes));
    for (const piece of cells) this.#socket.write(piece);
    this.#socket.uncork();
  }

  #take(piece: Buffer): void {
    this.#received.push(piece);
    const received = this.#received.length === 1 ? piece : Buffer.concat(this.#received);
    this.#received = [received];
    if (received.length < 4 || received.length < 4 + received.readInt32BE()) return;
    this.#received = [];
    this.#answered?.(received.subarray(4));
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
  return new SnowstreamError('JAVA_EXCEPTION', `insertRows failed: ${message}`, more);
}

/** Whether the first that comes is the secret. */
async function knows(socket: Socket, secret: string): Promise<boolean> {
  socket.on('error', () => undefined);
  let said = '';
  return new Promise((resolve) => {
    const listen = (piece: Buffer) => {
      said += piece.toString('latin1');
      if (said.length < SECRET_BYTES) return;
      socket.off('data', listen);
      resolve(said === secret);
    };
    socket.on('data', listen);
    socket.once('close', () => resolve(false));
  });
}

function ints(...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 4);
  for (const [place, value] of values.entries()) bytes.writeInt32BE(value, place * 4);
  return bytes;
}

/** Texts in UTF-8, each behind its length. */
function textsOf(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readInt32BE(at);
    texts.push(bytes.toString('utf8', at + 4, end));
    at = end;
  }
  return texts;
}
