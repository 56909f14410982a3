import { asChar, type SqlFamily } from './sql-family.ts';

const zeroPart = (value: string): string =>
  `YEAR(${value}) = 0 OR MONTH(${value}) = 0 OR DAYOFMONTH(${value}) = 0`;

/** @param epoch what a date with a zero in it is under the policy `epoch`; times have none */
const temporal = (name: string, format: (value: string) => string, epoch?: string): SqlFamily => ({
  names: [name],
  literal: (text) => (/^-?[\d:. -]+$/.test(text) ? `'${text}'` : undefined),
  written: (value, { type, policies: { zeroDates } }) =>
    epoch === undefined || type.kind === 'VARCHAR' || zeroDates === 'reject'
      ? value
      : `IF(${zeroPart(value)}, ${zeroDates === 'epoch' ? epoch : 'NULL'}, ${value})`,
  printed: (value, _column, form) => (form.kind === 'text' ? asChar(value) : format(value)),
});

// Six digits behind the second, whatever the column's own precision.
const dateTime = (value: string): string => `DATE_FORMAT(${value}, '%Y-%m-%d %H:%i:%s.%f')`;
const EPOCH = "CAST('1970-01-01' AS DATETIME(6))";

/** DATE. */
export const date = temporal(
  'date',
  (value) => `DATE_FORMAT(${value}, '%Y-%m-%d')`,
  "CAST('1970-01-01' AS DATE)",
);

/** TIME. */
export const time = temporal('time', (value) => `TIME_FORMAT(${value}, '%H:%i:%s.%f')`);

/** DATETIME. */
export const datetime = temporal('datetime', dateTime, EPOCH);

/** TIMESTAMP, read in a session whose time zone is UTC. */
export const timestamp = temporal('timestamp', dateTime, EPOCH);
