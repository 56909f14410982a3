import { REGULAR_EXPRESSION_MACROS } from './regular-expression.ts';

const DAY = '86400000000000::HUGEINT';
const NS = '1000000000::HUGEINT';

/**
 * Functions of ours inside DuckDB, created at each start in the in-memory database. Times are nanoseconds
 * as HUGEINT throughout; `sf_fail` raises an error that has Snowflake's code and state.
 */
export const MACROS: readonly string[] = [
  `sf_fail(code, message) AS error('SF|' || code || '|' || message)`,
  `sf_fail_value(x, code, before, after) AS error('SF|' || code || '|' || before || x || after)`,

  // Division that rounds towards minus infinity, so that times before 1970 keep their digits. The detour
  // over a large multiple names the dividend once only: macros are texts, and texts of texts grow fast.
  `sf_floor_div(a, b) AS (a + b::HUGEINT * 100000000000000000000::HUGEINT) // b - 100000000000000000000::HUGEINT`,
  `sf_floor_mod(a, b) AS (a + b::HUGEINT * 100000000000000000000::HUGEINT) % b`,
  `sf_cut(ns, unit) AS sf_floor_div(ns, unit) * unit`,

  `sf_date_ns(d) AS (d - DATE '1970-01-01')::HUGEINT * ${DAY}`,
  `sf_ns_date(ns) AS DATE '1970-01-01' + sf_floor_div(ns, ${DAY})::INTEGER`,
  `sf_ns_time(ns) AS sf_floor_mod(ns, ${DAY})::BIGINT`,
  `sf_ns_stamp(ns) AS make_timestamp(sf_floor_div(ns, 1000::HUGEINT)::BIGINT)`,
  `sf_stamp_ns(stamp) AS epoch_us(stamp)::HUGEINT * 1000`,

  // Between wall clocks and instants. Only whole seconds go through the time zone, the rest is added again.
  `sf_to_utc(ns, zone) AS list_transform([{'n': ns, 'z': zone}], lambda m_utc: epoch_us(timezone(m_utc.z, make_timestamp(sf_floor_div(m_utc.n, ${NS})::BIGINT * 1000000)))::HUGEINT * 1000 + sf_floor_mod(m_utc.n, ${NS}))[1]`,
  `sf_to_local(ns, zone) AS list_transform([{'n': ns, 'z': zone}], lambda m_local: epoch_us(timezone(m_local.z, make_timestamptz(sf_floor_div(m_local.n, ${NS})::BIGINT * 1000000)))::HUGEINT * 1000 + sf_floor_mod(m_local.n, ${NS}))[1]`,
  `sf_zone_offset(ns, zone) AS list_transform([{'n': ns, 'z': zone}], lambda m_offset: ((sf_to_local(m_offset.n, m_offset.z) - m_offset.n) // 60000000000::HUGEINT)::SMALLINT)[1]`,
  `sf_tz(ns, tzoff) AS list_transform([{'ns': ns, 'tzoff': tzoff::SMALLINT}], lambda m_tz: CASE WHEN m_tz.ns IS NOT NULL THEN m_tz END)[1]`,
  `sf_tz_wall(x) AS list_transform([x], lambda m_wall: m_wall.ns + m_wall.tzoff::HUGEINT * 60000000000::HUGEINT)[1]`,

  `sf_text_boolean(x) AS list_transform([lower(trim(x))], lambda m_boolean: CASE WHEN m_boolean IN ('true', 't', 'yes', 'y', 'on', '1') THEN true
     WHEN m_boolean IN ('false', 'f', 'no', 'n', 'off', '0') THEN false END)[1]`,
  `sf_text_binary(x) AS list_transform([x], lambda m_binary: CASE WHEN regexp_full_match(m_binary, '([0-9a-fA-F]{2})*') THEN unhex(m_binary) END)[1]`,

  `sf_fraction(ns) AS lpad(sf_floor_mod(ns, ${NS})::VARCHAR, 9, '0')`,
  `sf_zone_hours(tzoff) AS list_transform([tzoff], lambda m_hours: CASE WHEN m_hours < 0 THEN '-' ELSE '+' END || lpad((abs(m_hours) // 60)::VARCHAR, 2, '0'))[1]`,
  `sf_zone_minutes(tzoff) AS lpad((abs(tzoff) % 60)::VARCHAR, 2, '0')`,

  `sf_divisor(b) AS list_transform([b], lambda m_divisor: CASE WHEN m_divisor = 0 THEN error('SF|100051|22012|Division by zero') ELSE m_divisor END)[1]`,
  `sf_round_div(a, b) AS list_transform([{'a': a, 'b': sf_divisor(b)}], lambda m_div: CASE WHEN (m_div.a < 0) = (m_div.b < 0) THEN 1 ELSE -1 END * (abs(m_div.a) // abs(m_div.b) + CASE WHEN abs(m_div.a) % abs(m_div.b) >= abs(m_div.b) - abs(m_div.a) % abs(m_div.b) THEN 1 ELSE 0 END))[1]`,
  `sf_real_div(a, b) AS a / sf_divisor(b)`,
  // DuckDB writes a number below 1 without the zero when its type has no digit before the point.
  `sf_fixed_text(x) AS regexp_replace(x::VARCHAR, '^(-?)\\.', '\\10.')`,
  // Version 5: two fields of the digest are replaced by the version and the variant.
  `sf_uuid5(x) AS list_transform([x], lambda m_uuid: m_uuid[1:8] || '-' || m_uuid[9:12] || '-5' || m_uuid[14:16] || '-' || '89ab89ab89ab89ab'[strpos('0123456789abcdef', m_uuid[17])] || m_uuid[18:20] || '-' || m_uuid[21:32])[1]`,
  ...REGULAR_EXPRESSION_MACROS,
];
