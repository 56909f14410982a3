import { objectName, onOff, text, wholeNumber } from './fields.ts';

/** What becomes of a load: attempts, rejected rows, the check, the gold table. */
export const OUTCOME_SETTINGS = {
  retries: {
    field: wholeNumber(0, 100),
    value: 'TIMES',
    fallback: 5,
    about: 'How often an unreachable source or target is tried again.',
  },
  maxRejects: {
    field: wholeNumber(0, 1_000_000_000),
    value: 'ROWS',
    fallback: 0,
    about: 'Rejected rows that are allowed: with more of them a run stops and fails, and a check fails.',
  },
  rejects: {
    field: text(),
    value: 'FILE',
    about: 'File to which rejected rows are added, a JSON line each; compressed when it ends in .gz.',
  },
  checksum: {
    field: onOff(),
    value: 'on|off',
    fallback: true,
    about:
      'Whether the check hashes every row on both sides, beside rows, nulls, smallest and largest values.',
  },
  gold: {
    field: onOff(),
    value: 'on|off',
    fallback: false,
    about: 'Whether the gold table is created from the raw one.',
  },
  goldTable: {
    field: objectName(),
    value: 'NAME',
    fallback: 'sf_customer_gold',
    about: 'Name of the gold table.',
  },
} as const;
