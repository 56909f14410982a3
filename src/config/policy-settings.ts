import { DEFAULT_POLICIES, POLICY_CHOICES, type PolicyName } from '../types/policy.ts';
import { oneOf } from './fields.ts';

/** A setting for each policy; tables and columns may have their own in the config file. */
export const POLICY_SETTINGS = {
  zeroDates: {
    field: oneOf(POLICY_CHOICES.zeroDates),
    value: 'POLICY',
    fallback: DEFAULT_POLICIES.zeroDates,
    about:
      'Dates with a year, month or day of zero: null, epoch (1970-01-01), or reject the row. With null, date columns of a new target are nullable; a NOT NULL column of a target rejects.',
  },
  outOfDayTimes: {
    field: oneOf(POLICY_CHOICES.outOfDayTimes),
    value: 'POLICY',
    fallback: DEFAULT_POLICIES.outOfDayTimes,
    about: 'TIME below zero or beyond a day: reject the row, or text (the whole column is VARCHAR).',
  },
  wideDecimals: {
    field: oneOf(POLICY_CHOICES.wideDecimals),
    value: 'POLICY',
    fallback: DEFAULT_POLICIES.wideDecimals,
    about:
      'DECIMAL beyond 38 digits: text (VARCHAR), or number (rows whose value has more digits are rejected).',
  },
  tinyint1: {
    field: oneOf(POLICY_CHOICES.tinyint1),
    value: 'POLICY',
    fallback: DEFAULT_POLICIES.tinyint1,
    about: 'TINYINT(1): number, or boolean (rows with anything but 0 and 1 are rejected).',
  },
  oversized: {
    field: oneOf(POLICY_CHOICES.oversized),
    value: 'POLICY',
    fallback: DEFAULT_POLICIES.oversized,
    about: 'Values beyond 16 MB of text or JSON, or 8 MB of bytes: reject the row, or null.',
  },
  invalidText: {
    field: oneOf(POLICY_CHOICES.invalidText),
    value: 'POLICY',
    fallback: DEFAULT_POLICIES.invalidText,
    about: 'Bytes for a text column that are not UTF-8: reject the row, or null.',
  },
  narrowColumns: {
    field: oneOf(POLICY_CHOICES.narrowColumns),
    value: 'POLICY',
    fallback: DEFAULT_POLICIES.narrowColumns,
    about:
      'A target column narrower than its source: error before the first row, or reject the rows that do not fit.',
  },
  sets: {
    field: oneOf(POLICY_CHOICES.sets),
    value: 'POLICY',
    fallback: DEFAULT_POLICIES.sets,
    about: 'SET: text (labels with commas) or array.',
  },
} as const satisfies Record<PolicyName, unknown>;
