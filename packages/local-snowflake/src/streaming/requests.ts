import { canonicalName } from '../catalog/identifier.ts';
import { CODE, type StatusCode, StatusError } from '../protocol/codes.ts';
import { channelName, objectName, type TableName } from '../protocol/names.ts';
import type { ChannelWrite } from './channel-state.ts';
import type { ChunkColumns } from './load.ts';

type Json = Readonly<Record<string, unknown>>;

/** What `channels/open/` asks for. */
export interface OpenRequest extends TableName {
  readonly channel: string;
  readonly offsetToken: string | null;
  readonly iceberg: boolean;
}

/** One channel of `channels/status/`, or what `channels/drop/` asks for. */
export interface ChannelRequest extends TableName {
  readonly channel: string;
  /** Whose channel is meant; null takes any owner. */
  readonly clientSequencer: number | null;
}

/** A chunk of a blob that a client wants registered. */
export interface ChunkRequest extends TableName {
  readonly path: string;
  readonly start: number;
  readonly length: number;
  readonly md5: string;
  readonly encryptionKeyId: number | null;
  readonly channels: readonly ChannelWrite[];
  readonly columns: ChunkColumns;
}

/** A blob of `channels/write/blobs/`. */
export interface BlobRequest {
  readonly path: string;
  readonly chunks: readonly ChunkRequest[];
}

const BDEC_VERSION = 3;

/** Reads the body of `channels/open/`. @throws StatusError when something is missing. */
export function openRequest(body: Json): OpenRequest {
  return {
    ...tableName(body),
    channel: channel(body.channel),
    offsetToken: textOrNull(body.offset_token),
    iceberg: body.is_iceberg === true,
  };
}

/** Reads the body of `channels/drop/`. @throws StatusError when something is missing. */
export function dropRequest(body: Json): ChannelRequest {
  return {
    ...tableName(body),
    channel: channel(body.channel),
    clientSequencer: integer(body.client_sequencer),
  };
}

/** Reads the body of `channels/status/`. @throws StatusError when something is missing. */
export function statusRequest(body: Json): ChannelRequest[] {
  return list(body.channels, CODE.MISSING_CHANNELS).map((each) => ({
    ...tableName(each),
    channel: channel(each.channel_name),
    clientSequencer: required(integer(each.client_sequencer), CODE.MISSING_SEQUENCER),
  }));
}

/** Reads the body of `channels/write/blobs/`. @throws StatusError when something is missing or twice there. */
export function registerRequest(body: Json): BlobRequest[] {
  const blobs = list(body.blobs, CODE.MISSING_BLOBS).map(blobRequest);
  if (new Set(blobs.map((blob) => blob.path)).size !== blobs.length)
    throw new StatusError(CODE.DUPLICATE_BLOB);
  return blobs;
}

function blobRequest(blob: Json): BlobRequest {
  const path = text(blob.path, CODE.MISSING_BLOB_PATH);
  text(blob.md5, CODE.MISSING_BLOB_MD5);
  if (!path.endsWith('.bdec')) throw new StatusError(CODE.WRONG_BLOB_FORMAT);
  if (blob.bdec_version !== BDEC_VERSION) throw new StatusError(CODE.UNSUPPORTED_BLOB_VERSION);
  return { path, chunks: list(blob.chunks, CODE.MISSING_CHUNKS).map((each) => chunkRequest(path, each)) };
}

function chunkRequest(path: string, chunk: Json): ChunkRequest {
  const channels = list(chunk.channels, CODE.MISSING_CHANNELS).map(channelWrite);
  if (new Set(channels.map((each) => each.channel)).size !== channels.length) {
    throw new StatusError(CODE.DUPLICATE_CHANNEL_IN_CHUNK);
  }
  const length = required(integer(chunk.chunk_length), CODE.INVALID_CHUNK_LENGTH);
  if (length <= 0) throw new StatusError(CODE.INVALID_CHUNK_LENGTH);
  return {
    ...tableName(chunk),
    path,
    start: required(integer(chunk.chunk_start_offset), CODE.INVALID_CHUNK_LENGTH),
    length,
    md5: text(chunk.chunk_md5, CODE.MISSING_CHUNK_MD5),
    encryptionKeyId: integer(chunk.encryption_key_id),
    channels,
    columns: chunkColumns(chunk.eps),
  };
}

function channelWrite(write: Json): ChannelWrite {
  return {
    channel: channel(write.channel_name),
    clientSequencer: required(integer(write.client_sequencer), CODE.MISSING_SEQUENCER),
    rowSequencer: required(integer(write.row_sequencer), CODE.MISSING_SEQUENCER),
    endOffsetToken: textOrNull(write.end_offset_token ?? write.offset_token),
  };
}

function chunkColumns(eps: unknown): ChunkColumns {
  if (!isObject(eps) || !isObject(eps.columns)) throw new StatusError(CODE.MISSING_EP_INFO);
  const ordinals = new Map<string, number>();
  const nullCounts = new Map<string, number>();
  for (const [sql, column] of Object.entries(eps.columns)) {
    const name = columnName(sql);
    if (!isObject(column)) throw new StatusError(CODE.INVALID_EP_COLUMN);
    ordinals.set(name, required(integer(column.columnId), CODE.INVALID_EP_COLUMN));
    nullCounts.set(name, required(integer(column.nullCount), CODE.INVALID_EP_COLUMN));
  }
  return { ordinals, nullCounts, rows: required(integer(eps.rows), CODE.INVALID_ROW_COUNT) };
}

function columnName(sql: string): string {
  try {
    return canonicalName(sql);
  } catch (cause) {
    throw new StatusError(CODE.INVALID_EP_COLUMN, undefined, { cause });
  }
}

function tableName(body: Json): TableName {
  const database = text(body.database, CODE.MISSING_DATABASE);
  const schema = text(body.schema, CODE.MISSING_SCHEMA);
  const table = text(body.table, CODE.MISSING_TABLE);
  return {
    database: objectName(database, CODE.DATABASE_NOT_FOUND),
    schema: objectName(schema, CODE.SCHEMA_NOT_FOUND),
    table: objectName(table, CODE.TABLE_NOT_FOUND),
  };
}

function channel(value: unknown): string {
  return channelName(text(value, CODE.MISSING_CHANNEL_NAME));
}

function list(value: unknown, missing: StatusCode): Json[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isObject)) throw new StatusError(missing);
  return value;
}

function text(value: unknown, missing: StatusCode): string {
  if (typeof value !== 'string' || value === '') throw new StatusError(missing);
  return value;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function integer(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function required<T>(value: T | null, missing: StatusCode): T {
  if (value === null) throw new StatusError(missing);
  return value;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
