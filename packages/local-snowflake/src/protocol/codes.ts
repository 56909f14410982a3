/**
 * The status codes of the streaming API, by what the server means with them. The official client keys its
 * behaviour on these numbers (StreamingIngestResponseCode in
 * https://github.com/snowflakedb/snowflake-ingest-java).
 */
export const CODE = {
  SUCCESS: 0,
  TABLE_NOT_FOUND: 4,
  CHANNEL_LIMIT: 5,
  TABLE_NOT_SUPPORTED: 6,
  QUEUE_FULL: 7,
  DATABASE_NOT_FOUND: 8,
  SCHEMA_NOT_FOUND: 9,
  TRY_AGAIN: 10,
  MISSING_BLOBS: 11,
  MISSING_CHUNKS: 12,
  MISSING_CHANNELS: 13,
  MISSING_BLOB_PATH: 14,
  MISSING_DATABASE: 15,
  MISSING_SCHEMA: 16,
  MISSING_TABLE: 17,
  MISSING_CHANNEL_NAME: 18,
  CHANNEL_GONE: 19,
  WRONG_CLIENT_SEQUENCER: 20,
  WRONG_ROW_SEQUENCER: 21,
  NEIGHBOUR_HAS_ISSUE: 22,
  DUPLICATE_CHANNEL_IN_CHUNK: 23,
  MISSING_SEQUENCER: 24,
  CHANNEL_NOT_FOUND: 25,
  COMMITTED: 26,
  NOT_COMMITTED: 27,
  MISSING_CHUNK_MD5: 28,
  MISSING_EP_INFO: 29,
  INVALID_CHUNK_LENGTH: 30,
  INVALID_ROW_COUNT: 31,
  INVALID_EP_COLUMN: 32,
  INVALID_EP_INFO: 33,
  INVALID_BLOB_NAME: 34,
  MUST_REOPEN: 36,
  MISSING_ROLE: 37,
  WRONG_BLOB_FORMAT: 38,
  MISSING_BLOB_MD5: 39,
  SCHEMA_CHANGED: 40,
  DUPLICATE_BLOB: 41,
  UNSUPPORTED_BLOB_VERSION: 42,
  OUTDATED_CLIENT: 43,
  MISSING_USER_AGENT: 44,
  MALFORMED_USER_AGENT: 45,
  INTERLEAVING_OFF: 46,
  READ_ONLY: 47,
  INVALID_EP_VALUE: 48,
  NOT_ALLOWED: 49,
  DEPLOYMENT_CHANGED: 58,
  INVALID_ENCRYPTION_KEY: 59,
} as const;

/** A status code of the streaming API. */
export type StatusCode = (typeof CODE)[keyof typeof CODE];

const MESSAGES: Readonly<Record<StatusCode, string>> = {
  0: 'Success',
  4: 'The table does not exist or you may not use it.',
  5: 'The table has as many channels as it may have.',
  6: 'Streaming into this table is not supported: it is a view, or a column has a default, an identity or a collation.',
  7: 'The queue of the table is full; register the chunk again later.',
  8: 'The database does not exist or you may not use it.',
  9: 'The schema does not exist or you may not use it.',
  10: 'The server could not do this just now; send the request again.',
  11: 'Malformed request: no blobs.',
  12: 'Malformed request: a blob without chunks.',
  13: 'Malformed request: a chunk without channels.',
  14: 'Malformed request: a blob without a path.',
  15: 'Malformed request: no database.',
  16: 'Malformed request: no schema.',
  17: 'Malformed request: no table.',
  18: 'Malformed request: no channel name.',
  19: 'The channel no longer exists; open it again.',
  20: 'Another client has opened the channel since; open it again to take it back.',
  21: 'The row sequencer is not the next one; open the channel again.',
  22: 'Another channel of the same chunk has an issue, so nothing of the chunk was loaded; open the channel again.',
  23: 'Malformed request: a channel is named twice in a chunk.',
  24: 'Malformed request: no client sequencer or no row sequencer.',
  25: 'The channel does not exist or you may not use it.',
  26: 'The row sequencer is committed.',
  27: 'The row sequencer is not committed.',
  28: 'Malformed request: a chunk without an MD5 sum.',
  29: 'Malformed request: a chunk without column statistics.',
  30: 'Malformed request: the length of a chunk is wrong.',
  31: 'Malformed request: the number of rows in the column statistics is wrong.',
  32: 'Malformed request: a column in the column statistics is wrong.',
  33: 'Malformed request: the column statistics are wrong.',
  34: 'The blob name is wrong, or there is no such blob in the stage.',
  36: 'The channel must be opened again.',
  37: 'Malformed request: no role.',
  38: 'The blob is not of the expected format, or does not match its MD5 sum.',
  39: 'Malformed request: a blob without an MD5 sum.',
  40: 'The table has changed and the data lack a column that it needs; open the channel again.',
  41: 'A blob is named twice in the request.',
  42: 'The version of the blob is not supported.',
  43: 'The client is too old; install a newer one.',
  44: 'Malformed request: no User-Agent header.',
  45: 'Malformed request: the User-Agent header is not of the form name/version.',
  46: 'Blobs with chunks of several tables are not supported just now.',
  47: 'The table is read-only.',
  48: 'A value in the column statistics is wrong.',
  49: 'Streaming into this table is not allowed.',
  58: 'The deployment has changed; make a new client.',
  59: 'The encryption key is not known; configure the client again.',
};

/** Whether a number is a status code of the streaming API. */
export function isStatusCode(code: number): code is StatusCode {
  return code in MESSAGES;
}

/** What a status code means, for people. */
export function messageOf(code: StatusCode): string {
  return MESSAGES[code];
}

/** A request that cannot be done; the answer's `status_code` and `message` come from it. */
export class StatusError extends Error {
  readonly code: StatusCode;

  constructor(code: StatusCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? MESSAGES[code] : `${MESSAGES[code]} ${detail}`, options);
    this.name = 'StatusError';
    this.code = code;
  }
}
