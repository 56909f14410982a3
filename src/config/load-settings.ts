import { onOff, wholeNumber } from './fields.ts';

/** How tables are read and loaded. */
export const LOAD_SETTINGS = {
  resume: {
    field: onOff(),
    value: 'on|off',
    fallback: true,
    about:
      'Off allows tables without a key: read in one go, because there is no position to resume from after an interruption.',
  },
  channels: {
    field: wholeNumber(1, 16),
    value: 'NUMBER',
    fallback: 1,
    about: 'Concurrent channels for a table: each loads a key range (shard).',
  },
  parallelTables: {
    field: wholeNumber(1, 16),
    value: 'NUMBER',
    about:
      'Tables that are loaded at once (concurrency); when not given, as many as make four channels, and one with --snapshot.',
  },
  snapshot: {
    field: onOff(),
    value: 'on|off',
    fallback: false,
    about:
      'Whether a run reads and checks all tables as they were at one moment; a connection that breaks then ends it.',
  },
  sharedTargets: {
    field: onOff(),
    value: 'on|off',
    fallback: false,
    about:
      'Whether several tables of a run may go into one target, as the shards of one table do; they are checked together.',
  },
  failFast: {
    field: onOff(),
    value: 'on|off',
    fallback: false,
    about: 'Whether the first table that fails ends the run; when off, the others are loaded to their end.',
  },
} as const;
