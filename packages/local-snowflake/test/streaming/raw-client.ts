import {
  createCipheriv,
  createHash,
  createPublicKey,
  createSign,
  type KeyObject,
  randomUUID,
} from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeParquet } from './parquet.ts';

export interface Answer<T = Record<string, unknown>> {
  status: number;
  body: T & { status_code: number; message: string };
}

export interface ChannelAnswer {
  status_code: number;
  message: string;
  channel: string;
  client_sequencer: number;
}

export interface RegisterAnswer {
  encryption_keys: null;
  blobs: { chunks: { database: string; schema: string; table: string; channels: ChannelAnswer[] }[] }[];
}

export interface StatusAnswer {
  channels: {
    status_code: number;
    persisted_row_sequencer: number | null;
    persisted_client_sequencer: number | null;
    persisted_offset_token: string | null;
  }[];
}

/** A chunk as a register request describes it. */
export interface RawChunk {
  database: string;
  schema: string;
  table: string;
  chunk_start_offset: number;
  chunk_length: number;
  chunk_md5: string;
  encryption_key_id: number;
  channels: Record<string, unknown>[];
  eps: { rows: number; columns: Record<string, { columnId: number | undefined; nullCount: number }> };
}

/** A blob as a register request describes it. */
export interface RawBlob {
  path: string;
  md5: string;
  bdec_version: number;
  spans_mixed_tables: boolean;
  chunks: [RawChunk, ...RawChunk[]];
}

/** A channel as an open answered it. */
export interface OpenedChannel {
  table: string;
  channel: string;
  client_sequencer: number;
  row_sequencer: number;
  offset_token: string | null;
  encryption_key: string;
  encryption_key_id: number;
  table_columns: { name: string; ordinal: number }[];
}

/** A chunk in the making: rows as a query, and the channels they are to come from. */
export interface ChunkContent {
  query: string;
  writes: { of: OpenedChannel; rowSequencer: number; token: string | null }[];
}

/** A client that says what the SDK would never say: requests written by the test, blobs made with DuckDB. */
export class RawClient {
  readonly #emulator: { url: string; privateKey: KeyObject; stageDir: string; user?: string };

  /** @param emulator `user` is U1 when it is not given */
  constructor(emulator: { url: string; privateKey: KeyObject; stageDir: string; user?: string }) {
    this.#emulator = emulator;
  }

  jwt(key: KeyObject = this.#emulator.privateKey, claims: Record<string, unknown> = {}): string {
    const spki = createPublicKey(this.#emulator.privateKey).export({ type: 'spki', format: 'der' });
    const fingerprint = createHash('sha256').update(spki).digest('base64');
    const now = Math.floor(Date.now() / 1000);
    const user = `127.${this.#emulator.user ?? 'U1'}`;
    const payload = {
      iss: `${user}.SHA256:${fingerprint}`,
      sub: user,
      iat: now,
      exp: now + 60,
      ...claims,
    };
    const text = [{ alg: 'RS256' }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`;
  }

  async post<T = Record<string, unknown>>(
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(`${this.#emulator.url}/v1/streaming/${path}/?requestId=${randomUUID()}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.jwt()}`,
        'user-agent': 'RawClient/1.0',
        'content-type': 'application/json',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Answer<T>['body'] };
  }

  async open(table: string, channel: string, extra: Record<string, unknown> = {}): Promise<OpenedChannel> {
    const { body } = await this.post<OpenedChannel>('channels/open', { ...target(table), channel, ...extra });
    if (body.status_code !== 0) throw new Error(body.message);
    return body;
  }

  async status(...channels: OpenedChannel[]): Promise<Answer<StatusAnswer>> {
    return this.post<StatusAnswer>('channels/status', {
      role: 'R1',
      channels: channels.map((of) => ({
        ...target(of.table),
        channel_name: of.channel,
        client_sequencer: of.client_sequencer,
      })),
    });
  }

  /** Writes a blob into the stage and answers the `blobs[]` element that registers it. */
  async blob(chunks: ChunkContent[], path = `2026/1/2/3/4/${randomUUID()}.bdec`): Promise<RawBlob> {
    const pieces: Buffer[] = [];
    const entries: RawChunk[] = [];
    let start = 0;
    for (const { query, writes } of chunks) {
      const [first] = writes;
      if (!first) throw new Error('A chunk needs a channel.');
      const parquet = await makeParquet(query);
      const padded = Buffer.concat([parquet.bytes, Buffer.alloc(16 - (parquet.bytes.length % 16))]);
      const key = createHash('sha256')
        .update(Buffer.from(first.of.encryption_key, 'base64'))
        .update(path)
        .digest();
      const iv = Buffer.alloc(16);
      iv.writeUInt32BE(start / 16, 12);
      const encrypted = createCipheriv('aes-256-ctr', key, iv).update(padded);
      pieces.push(encrypted);
      const ordinals = new Map(first.of.table_columns.map((column) => [column.name, column.ordinal]));
      entries.push({
        ...target(first.of.table),
        chunk_start_offset: start,
        chunk_length: parquet.bytes.length,
        chunk_md5: createHash('md5').update(encrypted.subarray(0, parquet.bytes.length)).digest('hex'),
        encryption_key_id: first.of.encryption_key_id,
        channels: writes.map(({ of, rowSequencer, token }) => ({
          channel_name: of.channel,
          client_sequencer: of.client_sequencer,
          row_sequencer: rowSequencer,
          start_offset_token: token,
          end_offset_token: token,
          offset_token: token,
        })),
        eps: {
          rows: parquet.rows,
          columns: Object.fromEntries(
            parquet.columns.map(({ name, nulls }) => [
              name,
              { columnId: ordinals.get(name), nullCount: nulls },
            ]),
          ),
        },
      });
      start += encrypted.length;
    }
    const bytes = Buffer.concat(pieces);
    const file = join(this.#emulator.stageDir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    return {
      path,
      md5: createHash('md5').update(bytes).digest('hex'),
      bdec_version: 3,
      spans_mixed_tables: chunks.length > 1,
      chunks: entries as RawBlob['chunks'],
    };
  }

  register(...blobs: unknown[]): Promise<Answer<RegisterAnswer>> {
    return this.post<RegisterAnswer>('channels/write/blobs', { request_id: randomUUID(), role: 'R1', blobs });
  }

  /** The status codes of a register answer: blobs, chunks, channels. */
  async registerCodes(...blobs: unknown[]): Promise<unknown> {
    const { body } = await this.register(...blobs);
    if (body.status_code !== 0) return body.status_code;
    return body.blobs.map(({ chunks }) =>
      chunks.map(({ channels }) => channels.map((channel) => channel.status_code)),
    );
  }
}

function target(table: string): { role: string; database: string; schema: string; table: string } {
  return { role: 'R1', database: 'DB1', schema: 'PUBLIC', table };
}

/** Three rows for a table of `ID NUMBER(18,0), NAME VARCHAR`. */
export const ROWS = "SELECT i::DECIMAL(18,0) AS ID, 'n' || i AS NAME FROM range(3) r(i)";

/** A chunk of one channel. */
export function content(
  of: OpenedChannel,
  rowSequencer = 1,
  token: string | null = 'end',
  query = ROWS,
): ChunkContent {
  return { query, writes: [{ of, rowSequencer, token }] };
}
