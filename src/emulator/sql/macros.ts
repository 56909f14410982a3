import { REGULAR_EXPRESSION_MACROS } from './functions/regular-expression.ts';

const DAY = '86400000000000::HUGEINT';
const NS = '1000000000::HUGEINT';

/**
 * Functions of ours inside DuckDB, made anew at each start in the in-memory database. Times are nanoseconds
 * as HUGEINT throughout; `sf_fail` raises an error that carries Snowflake's code and state.
 */
export const MACROS: readonly string[] = [
  `sf_fail(code, message) AS error('SF|' || code || '|' || message)`,
  `sf_fail_value(x, code, before, after) AS CASE WHEN x IS NOT NULL THEN error('SF|' || code || '|' || before || x || after) END`,

  // Division that rounds towards minus infinity, so that times before 1970 keep their digits. The detour
  // over a large multiple names the dividend once only: macros are texts, and texts of texts grow fast.
  `sf_floor_div(a, b) AS (a + b::HUGEINT * 100000000000000000000::HUGEINT) // b - 100000000000000000000::HUGEINT`,
  `sf_floor_mod(a, b) AS (a + b::HUGEINT * 100000000000000000000::HUGEINT) % b`,
  `sf_cut(ns, unit) AS ns - sf_floor_mod(ns, unit)`,

  `sf_date_ns(d) AS (d - DATE '1970-01-01')::HUGEINT * ${DAY}`,
  `sf_ns_date(ns) AS DATE '1970-01-01' + sf_floor_div(ns, ${DAY})::INTEGER`,
  `sf_ns_time(ns) AS sf_floor_mod(ns, ${DAY})::BIGINT`,
  `sf_ns_stamp(ns) AS make_timestamp(sf_floor_div(ns, 1000::HUGEINT)::BIGINT)`,
  `sf_stamp_ns(stamp) AS epoch_us(stamp)::HUGEINT * 1000`,

  // Between wall clocks and instants. Only whole seconds go through the time zone, the rest is added again.
  `sf_to_utc(ns, zone) AS epoch_us(timezone(zone, make_timestamp(sf_floor_div(ns, ${NS})::BIGINT * 1000000)))::HUGEINT * 1000 + sf_floor_mod(ns, ${NS})`,
  `sf_to_local(ns, zone) AS epoch_us(timezone(zone, make_timestamptz(sf_floor_div(ns, ${NS})::BIGINT * 1000000)))::HUGEINT * 1000 + sf_floor_mod(ns, ${NS})`,
  `sf_zone_offset(ns, zone) AS ((sf_to_local(ns, zone) - ns) // 60000000000::HUGEINT)::SMALLINT`,
  `sf_tz(ns, tzoff) AS CASE WHEN ns IS NOT NULL THEN {'ns': ns, 'tzoff': tzoff::SMALLINT} END`,
  `sf_tz_wall(x) AS x.ns + x.tzoff::HUGEINT * 60000000000::HUGEINT`,

  `sf_text_boolean(x) AS CASE lower(trim(x)) WHEN 'true' THEN true WHEN 't' THEN true WHEN 'yes' THEN true WHEN 'y' THEN true WHEN 'on' THEN true WHEN '1' THEN true
     WHEN 'false' THEN false WHEN 'f' THEN false WHEN 'no' THEN false WHEN 'n' THEN false WHEN 'off' THEN false WHEN '0' THEN false END`,
  `sf_text_binary(x) AS CASE WHEN regexp_full_match(x, '([0-9a-fA-F]{2})*') THEN unhex(x) END`,

  `sf_real_text(x) AS CASE WHEN isnan(x) THEN 'NaN' WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'inf' ELSE '-inf' END
     ELSE regexp_replace(x::VARCHAR, '\\.0$', '') END`,
  `sf_fraction(ns) AS lpad(sf_floor_mod(ns, ${NS})::VARCHAR, 9, '0')`,
  `sf_zone_hours(tzoff) AS CASE WHEN tzoff < 0 THEN '-' ELSE '+' END || lpad((abs(tzoff) // 60)::VARCHAR, 2, '0')`,
  `sf_zone_minutes(tzoff) AS lpad((abs(tzoff) % 60)::VARCHAR, 2, '0')`,

  // Only a number with an exponent is a double in JSON of Snowflake's.
  `sf_real_json(x) AS CASE WHEN NOT isfinite(x) THEN '"' || sf_real_text(x) || '"' WHEN contains(x::VARCHAR, 'e') THEN x::VARCHAR
     ELSE sf_real_text(x) || 'e0' END`,
  `sf_round_div(a, b) AS CASE WHEN b = 0 THEN error('SF|100051|22012|Division by zero')
     ELSE CASE WHEN (a < 0) = (b < 0) THEN (abs(a) * 2 + abs(b)) // (abs(b) * 2) ELSE -((abs(a) * 2 + abs(b)) // (abs(b) * 2)) END END`,
  `sf_real_div(a, b) AS CASE WHEN b = 0 THEN error('SF|100051|22012|Division by zero') ELSE a / b END`,
  // DuckDB writes a number below 1 without the zero when its type has no digit before the point.
  `sf_fixed_text(x) AS regexp_replace(x::VARCHAR, '^(-?)\\.', '\\10.')`,
  // Version 5: two fields of the digest are replaced by the version and the variant.
  `sf_uuid5(h) AS h[1:8] || '-' || h[9:12] || '-5' || h[14:16] || '-' || '89ab89ab89ab89ab'[strpos('0123456789abcdef', h[17])] || h[18:20] || '-' || h[21:32]`,
  ...REGULAR_EXPRESSION_MACROS,
];
