import { binary } from './binary.ts';
import { bit } from './bit.ts';
import { decimal } from './decimal.ts';
import type { TypeFamily } from './family.ts';
import { float } from './float.ts';
import { integer } from './integer.ts';
import { json } from './json.ts';
import { spatial } from './spatial.ts';
import { date, datetime, time, timestamp } from './temporal.ts';
import { label, labelSet, text } from './text.ts';
import { vector } from './vector.ts';

/**
 * The one table of types: every MySQL type that this program loads, by family.
 *
 * | MySQL | Snowflake | Java class |
 * |---|---|---|
 * | TINYINT … BIGINT, YEAR | NUMBER(3…20,0) | Long, BigInteger for BIGINT UNSIGNED |
 * | DECIMAL | NUMBER(p,s), VARCHAR beyond 38 digits | BigDecimal, String |
 * | FLOAT, DOUBLE | FLOAT | Double |
 * | BIT(1), BIT(n) | BOOLEAN, NUMBER(20,0) | Boolean, BigInteger |
 * | CHAR … LONGTEXT, ENUM, SET, UUID, INET | VARCHAR(n) | String |
 * | BINARY … LONGBLOB | BINARY(n) | byte[] |
 * | DATE, TIME(f), DATETIME(f), TIMESTAMP(f) | DATE, TIME(f), TIMESTAMP_NTZ(f), TIMESTAMP_TZ(f) | java.time |
 * | JSON | VARIANT | String |
 * | GEOMETRY … | VARCHAR | String |
 * | VECTOR | ARRAY | String |
 */
export const FAMILIES: readonly TypeFamily[] = [
  integer,
  decimal,
  float,
  bit,
  text,
  label,
  labelSet,
  binary,
  date,
  time,
  datetime,
  timestamp,
  json,
  spatial,
  vector,
];

const byName = new Map(FAMILIES.flatMap((family) => family.names.map((name) => [name, family] as const)));

/** @returns `undefined` for a MySQL type that this program does not know (vendor types). */
export function familyOf(dataType: string): TypeFamily | undefined {
  return byName.get(dataType);
}
