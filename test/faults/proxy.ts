import { once } from 'node:events';
import { createServer, type Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** One TCP connection through the proxy. */
export interface Passage {
  readonly client: Socket;
  readonly server: Socket;
  /** The text that a request began with, as long as its answer has not come. */
  asked: string;
}

/** What to do when a piece of a conversation is seen, before it is passed on; `false` keeps it back. */
export type Watcher = (piece: Buffer, passage: Passage) => Promise<boolean | Buffer> | boolean | Buffer;

/**
 * A TCP proxy between a client and a server on this machine, which can break what passes through it: refuse, cut,
 * delay, slow down, and act on the very request or answer it is asked to wait for. No TLS: it reads along.
 */
export class TcpProxy implements AsyncDisposable {
  readonly #target: number;
  readonly #passages = new Set<Passage>();
  readonly #requests = new Set<Watcher>();
  readonly #answers = new Set<Watcher>();
  #server: Server | undefined;
  /** Where clients connect; stays the same over refusals. */
  port = 0;
  /** Connections so far. */
  connections = 0;
  /** Milliseconds by which each piece is held up. */
  delay = 0;
  /** Bytes a second from the server to all clients, or no limit. */
  pace = Number.POSITIVE_INFINITY;
  #paced = 0;

  private constructor(target: number) {
    this.#target = target;
  }

  /** Stands before the server on a port of 127.0.0.1. */
  static async before(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await proxy.accept();
    return proxy;
  }

  /** Refuses new connections and cuts those that are open. */
  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    this.cut();
    await closed;
  }

  /** Takes connections, again. */
  async accept(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((client) => this.#pass(client));
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.port = address.port;
  }

  /** Resets every connection; how many there were. */
  cut(): number {
    const open = this.#passages.size;
    for (const passage of this.#passages) end(passage);
    return open;
  }

  /** Sees each piece on its way to the server, until the returned function is called. */
  onRequest(watcher: Watcher): () => void {
    this.#requests.add(watcher);
    return () => this.#requests.delete(watcher);
  }

  /** Sees each piece on its way to the client. */
  onAnswer(watcher: Watcher): () => void {
    this.#answers.add(watcher);
    return () => this.#answers.delete(watcher);
  }

  /** Comes back when a request with this text is there; it is held until the returned function is called. */
  request(text: string): Promise<{ readonly passage: Passage; readonly release: () => void }> {
    return this.#held(this.#requests, (piece) => piece.includes(text));
  }

  /** Comes back when the answer to a request with this text is there; it is held like {@link request}. */
  answer(text: string): Promise<{ readonly passage: Passage; readonly release: () => void }> {
    return this.#held(this.#answers, (_piece, passage) => passage.asked.includes(text));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.refuse();
  }

  #held(
    watchers: Set<Watcher>,
    isMeant: (piece: Buffer, passage: Passage) => boolean,
  ): Promise<{ readonly passage: Passage; readonly release: () => void }> {
    return new Promise((resolve) => {
      const watcher: Watcher = (piece, passage) => {
        if (!isMeant(piece, passage)) return true;
        watchers.delete(watcher);
        return new Promise((pass) => resolve({ passage, release: () => pass(true) }));
      };
      watchers.add(watcher);
    });
  }

  #pass(client: Socket): void {
    this.connections += 1;
    const server = new Socket();
    const passage: Passage = { client, server, asked: '' };
    this.#passages.add(passage);
    client.setNoDelay(true);
    server.setNoDelay(true);
    const over = () => {
      this.#passages.delete(passage);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on('error', over).on('close', over);
    server.connect(this.#target, '127.0.0.1');
    const note = (piece: Buffer) => {
      const line = piece.subarray(0, 400).toString('latin1');
      if (/^(?:GET|POST|PUT|HEAD|DELETE) \//.test(line)) passage.asked = line;
    };
    void this.#carry(client, server, passage, this.#requests, note).catch(over);
    void this.#carry(server, client, passage, this.#answers, (piece) => this.#wait(piece.length)).catch(over);
  }

  async #carry(
    from: Socket,
    to: Socket,
    passage: Passage,
    watchers: ReadonlySet<Watcher>,
    first: (piece: Buffer) => Promise<void> | void,
  ): Promise<void> {
    for await (const read of from) {
      let piece: Buffer = read;
      await first(piece);
      if (this.delay > 0) await sleep(this.delay);
      let isPassed = true;
      for (const watcher of [...watchers]) {
        const verdict = await watcher(piece, passage);
        if (verdict === false) isPassed = false;
        else if (verdict !== true) piece = verdict;
      }
      if (isPassed && !to.write(piece)) await once(to, 'drain');
    }
    to.end();
  }

  /** A bucket that all connections drip from. */
  async #wait(bytes: number): Promise<void> {
    if (!Number.isFinite(this.pace)) return;
    const now = performance.now();
    this.#paced = Math.max(this.#paced, now) + (bytes / this.pace) * 1000;
    await sleep(this.#paced - now);
  }
}

/** Ends a passage as a broken network does. */
export function end({ client, server }: Passage): void {
  client.resetAndDestroy();
  server.resetAndDestroy();
}
