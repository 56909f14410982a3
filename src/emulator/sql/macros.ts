const DAY = '86400000000000::HUGEINT';
const NS = '1000000000::HUGEINT';

const ISO_DATE = '(\\d{1,4})-(\\d{1,2})-(\\d{1,2})';
const CLOCK = '(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.](\\d{0,9})\\d*)?)?';
const ZONE = '(Z|[+-]\\d{1,2}(?::?\\d{2})?)';

const MONTHS = `['jan','feb','mar','apr','may','jun','jul','aug','sep','oct','nov','dec']`;

/**
 * Functions of ours inside DuckDB, made anew at each start in the in-memory database. Times are nanoseconds
 * as HUGEINT throughout; `sf_fail` raises an error that carries Snowflake's code and state.
 */
export const MACROS: readonly string[] = [
  `sf_fail(code, message) AS error('SF|' || code || '|' || message)`,
  `sf_fail_if(failed, code, message) AS CASE WHEN failed THEN error('SF|' || code || '|' || message) END`,
  `sf_fail_value(x, code, before, after) AS CASE WHEN x IS NOT NULL THEN error('SF|' || code || '|' || before || x || after) END`,

  // Division that rounds towards minus infinity, so that times before 1970 keep their digits.
  `sf_floor_div(a, b) AS (a - ((a % b) + b) % b) // b`,
  `sf_floor_mod(a, b) AS ((a % b) + b) % b`,
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

  // Parts of a date and time, as texts, to nanoseconds of the wall clock; NULL when there is no such day.
  `sf_parts_ns(y, mo, d, h, mi, s, f) AS
     sf_date_ns(TRY_CAST(lpad(y, 4, '0') || '-' || mo || '-' || d AS DATE))
     + CASE WHEN coalesce(nullif(h, ''), '0')::INT < 24 AND coalesce(nullif(mi, ''), '0')::INT < 60 AND coalesce(nullif(s, ''), '0')::INT < 60
            THEN (coalesce(nullif(h, ''), '0')::HUGEINT * 3600 + coalesce(nullif(mi, ''), '0')::HUGEINT * 60 + coalesce(nullif(s, ''), '0')::HUGEINT) * ${NS}
              + rpad(f, 9, '0')::HUGEINT END`,
  `sf_offset_minutes(z) AS CASE WHEN z = '' THEN NULL WHEN upper(z) = 'Z' THEN 0
     ELSE (CASE WHEN z[1] = '-' THEN -1 ELSE 1 END) * (
       CASE WHEN length(replace(z, ':', '')) > 3 THEN replace(z, ':', '')[2:-3]::INT * 60 + z[-2:]::INT ELSE z[2:]::INT * 60 END) END`,
  `sf_epoch_ns(n) AS n * CASE WHEN abs(n) < 31536000000 THEN 1000000000 WHEN abs(n) < 31536000000000 THEN 1000000
     WHEN abs(n) < 31536000000000000 THEN 1000 ELSE 1 END::HUGEINT`,
  `sf_month(name) AS CAST(list_position(${MONTHS}, lower(name[1:3])) AS VARCHAR)`,

  // What AUTO detects: ISO, 01/31/2020, 31-Jan-2020, `Thu, 21 Dec 2000 16:01:07 +0200`, epoch numbers.
  `sf_iso(x) AS regexp_extract(x, '^\\s*${ISO_DATE}(?:[T ]+${CLOCK})?\\s*${ZONE}?\\s*$', ['y', 'mo', 'd', 'h', 'mi', 's', 'f', 'z'], 'i')`,
  `sf_us(x) AS regexp_extract(x, '^\\s*(\\d{1,2})/(\\d{1,2})/(\\d{4})(?:[T ]+${CLOCK})?\\s*${ZONE}?\\s*$', ['mo', 'd', 'y', 'h', 'mi', 's', 'f', 'z'], 'i')`,
  `sf_named(x) AS regexp_extract(x, '^\\s*(?:[A-Z]{3},?\\s+)?(\\d{1,2})[- ]([A-Z]{3})[- ](\\d{4})(?:[T ]+${CLOCK})?\\s*${ZONE}?\\s*$', ['d', 'mo', 'y', 'h', 'mi', 's', 'f', 'z'], 'i')`,
  `sf_text_wall(x) AS CASE
     WHEN sf_iso(x).y <> '' THEN {'ns': sf_parts_ns(sf_iso(x).y, sf_iso(x).mo, sf_iso(x).d, sf_iso(x).h, sf_iso(x).mi, sf_iso(x).s, sf_iso(x).f), 'tzoff': sf_offset_minutes(sf_iso(x).z)}
     WHEN sf_us(x).y <> '' THEN {'ns': sf_parts_ns(sf_us(x).y, sf_us(x).mo, sf_us(x).d, sf_us(x).h, sf_us(x).mi, sf_us(x).s, sf_us(x).f), 'tzoff': sf_offset_minutes(sf_us(x).z)}
     WHEN sf_named(x).y <> '' THEN {'ns': sf_parts_ns(sf_named(x).y, sf_month(sf_named(x).mo), sf_named(x).d, sf_named(x).h, sf_named(x).mi, sf_named(x).s, sf_named(x).f), 'tzoff': sf_offset_minutes(sf_named(x).z)}
     WHEN regexp_full_match(x, '\\s*-?\\d{1,30}\\s*') THEN {'ns': sf_epoch_ns(TRY_CAST(x AS HUGEINT)), 'tzoff': 0} END`,
  `sf_clock(x) AS regexp_extract(x, '^\\s*${CLOCK}\\s*(AM|PM)?\\s*$', ['h', 'mi', 's', 'f', 'p'], 'i')`,
  `sf_hour(h, p) AS CASE WHEN p = '' THEN h WHEN upper(p) = 'PM' THEN CAST(h::INT % 12 + 12 AS VARCHAR) ELSE CAST(h::INT % 12 AS VARCHAR) END`,
  `sf_text_time(x) AS CASE
     WHEN sf_clock(x).h <> '' THEN sf_parts_ns('1970', '1', '1', sf_hour(sf_clock(x).h, sf_clock(x).p), sf_clock(x).mi, sf_clock(x).s, sf_clock(x).f)::BIGINT
     WHEN sf_text_wall(x).ns IS NOT NULL THEN sf_ns_time(sf_text_wall(x).ns) END`,

  `sf_text_boolean(x) AS CASE lower(trim(x)) WHEN 'true' THEN true WHEN 't' THEN true WHEN 'yes' THEN true WHEN 'y' THEN true WHEN 'on' THEN true WHEN '1' THEN true
     WHEN 'false' THEN false WHEN 'f' THEN false WHEN 'no' THEN false WHEN 'n' THEN false WHEN 'off' THEN false WHEN '0' THEN false END`,
  `sf_text_binary(x) AS CASE WHEN regexp_full_match(x, '([0-9a-fA-F]{2})*') THEN unhex(x) END`,

  `sf_real_text(x) AS CASE WHEN isnan(x) THEN 'NaN' WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'inf' ELSE '-inf' END
     ELSE regexp_replace(x::VARCHAR, '\\.0$', '') END`,
  `sf_fraction(ns) AS lpad(sf_floor_mod(ns, ${NS})::VARCHAR, 9, '0')`,
  `sf_zone_hours(tzoff) AS CASE WHEN tzoff < 0 THEN '-' ELSE '+' END || lpad((abs(tzoff) // 60)::VARCHAR, 2, '0')`,
  `sf_zone_minutes(tzoff) AS lpad((abs(tzoff) % 60)::VARCHAR, 2, '0')`,

  // A JSON text as SQL text: strings without their quotes, JSON null as NULL.
  `sf_json_text(x) AS CASE WHEN x = 'null' THEN NULL WHEN x[1] = '"' THEN json_extract_string(x, '$') ELSE x END`,

  `sf_round_div(a, b) AS CASE WHEN b = 0 THEN error('SF|100051|22012|Division by zero')
     ELSE CASE WHEN (a < 0) = (b < 0) THEN (abs(a) * 2 + abs(b)) // (abs(b) * 2) ELSE -((abs(a) * 2 + abs(b)) // (abs(b) * 2)) END END`,
  `sf_real_div(a, b) AS CASE WHEN b = 0 THEN error('SF|100051|22012|Division by zero') ELSE a / b END`,
];
