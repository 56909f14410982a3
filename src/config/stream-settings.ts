import { heapSize, objectName, oneOf, text, textLike, wholeNumber } from './fields.ts';

/** The streaming client, and the JVM that it runs in. */
export const STREAM_SETTINGS = {
  clientName: {
    field: objectName(),
    value: 'NAME',
    fallback: 'SNOWSTREAM',
    about: 'Name of the streaming client.',
  },
  onError: {
    field: oneOf(['CONTINUE', 'ABORT', 'SKIP_BATCH']),
    value: 'OPTION',
    fallback: 'CONTINUE',
    about: 'What to do with a batch with a rejected row: CONTINUE without the row, ABORT, or SKIP_BATCH.',
  },
  batchRows: { field: wholeNumber(1, 1_000_000), value: 'ROWS', fallback: 2500, about: 'Rows a batch.' },
  maxClientLag: {
    field: wholeNumber(1000, 600_000),
    value: 'MS',
    fallback: 1000,
    about: 'Milliseconds that the SDK may hold rows back before it sends them.',
  },
  compression: {
    field: oneOf(['GZIP', 'ZSTD']),
    value: 'NAME',
    fallback: 'ZSTD',
    about: 'Compression of what is sent: GZIP or ZSTD.',
  },
  bridge: {
    field: oneOf(['batch', 'cell']),
    value: 'WAY',
    fallback: 'batch',
    about:
      'How rows become HashMaps: a batch a call, or cell by cell as the notebook does, seven times slower.',
  },
  jvmMemory: {
    field: heapSize(),
    value: 'SIZE',
    fallback: '512m',
    about: 'Largest heap of the JVM: 32m at least.',
  },
  sdkJar: {
    field: text(),
    value: 'FILE',
    about:
      'Shaded jar of a newer streaming SDK (snowflake-ingest-sdk 4.x), in place of the one that set-up fetches.',
  },
  sdkJarSha256: {
    field: textLike(/^[\da-f]{64}$/iu, 'must be a SHA-256 sum of 64 hexadecimal digits'),
    value: 'SUM',
    about: 'SHA-256 of SNOWSTREAM_SDK_JAR, without which it is not loaded.',
  },
  javaLogFile: {
    field: text(),
    value: 'FILE',
    about: 'File for the log of the Java SDK; one for each run in the state folder when not given.',
  },
  javaTimeout: {
    field: wholeNumber(100, 3_600_000),
    value: 'MS',
    fallback: 50_000,
    about: 'Milliseconds that one Java call may take.',
  },
  closeTimeout: {
    field: wholeNumber(100, 3_600_000),
    value: 'MS',
    fallback: 50_000,
    about: 'Milliseconds that closing a channel, which waits for its last rows, may take.',
  },
} as const;
