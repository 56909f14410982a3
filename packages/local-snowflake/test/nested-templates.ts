/** The column with which each family of expressions begins, and expressions of one operand `@` of its type. */
const TEXTS: readonly (readonly [column: string, templates: string])[] = [
  [
    'N',
    `@ + 1 ¦ @ % 7 ¦ 7 % iff(@ = 0, 3, @ % 5 + 6) ¦ (@ / 3)::int ¦ -@ ¦ abs(@) ¦ mod(@, 7) ¦
    mod(7, abs(@ % 5) + 1) ¦ div0(@, 3)::int ¦ div0(3, @)::int ¦ div0null(@, 3)::int ¦ div0null(3, @)::int ¦
    sign(@) ¦ factorial(abs(@) % 3) ¦ nullif(@, 3) ¦ nullif(3, @) ¦ nvl(@, 3) ¦ ifnull(@, 3) ¦
    coalesce(null, @, 3) ¦ zeroifnull(@) ¦ nullifzero(@) ¦ nvl2(@, 1, 2) ¦ nvl2(1, @, 2) ¦ nvl2(null, 2, @) ¦
    iff(@ = 1, 1, 2) ¦ iff(true, @, 2) ¦ iff(false, 2, @) ¦ decode(@, 1, 2, 3, 4, 5, 6, 7) ¦
    decode(1, @, 2, 3, 4, 5) ¦ decode(2, 2, @, 3) ¦ decode(2, 3, 3, @) ¦
    case @ when 1 then 2 when 3 then 4 else 5 end ¦ case 1 when @ then 2 when 2 then 3 else 4 end ¦
    case 3 when 2 then 3 when 3 then @ else 4 end ¦ case when @ = 1 then 2 when 3 then 4 else 5 end ¦
    case 1 when 2 then 3 else @ end ¦ case when n = 1 then @ else 3 end ¦ iff(@ between 1 and 3, 1, 5) ¦
    iff(2 between @ and 3, 1, 5) ¦ iff(2 between 1 and @, 1, 5) ¦ iff(@ not between 1 and 2.5, 1, 2) ¦
    iff(@ in (1, 2.5, 3), 1, 2) ¦ iff(@ in (1, '2', 3.25, null), 1, 5) ¦ iff(2 in (1, @, 3), 1, 2) ¦
    iff(@ not in (1, 2), 1, 3) ¦ iff((@, 1) in ((1, 1), (2, 2)), 1, 2) ¦
    iff((1, @) not in ((1, 1), (2, n)), 1, 2) ¦ iff((1, 2) in ((1, @), (3, 4)), 5, 2) ¦
    iff(@ in (select 1 union all select 2), 1, 2) ¦ iff(exists (select 1 where n = @), 1, 2) ¦
    @ + (select max(n) from t) ¦
    case @ when 1 then (select max(n) from t) when (select 2) then 4 else (select 5) end ¦
    decode(@, (select 5), 2, 1) ¦ iff(@ like any (1, 2, 3), 1, 2) ¦ greatest(@, 3, n) ¦ least(3, @) ¦
    greatest_ignore_nulls(@, 3) ¦ least_ignore_nulls(@, 3) ¦ iff(equal_null(@, 1), 2, 3) ¦ regr_valx(@, 1)::int ¦
    regr_valx(1, @)::int ¦ iff(@ is distinct from 1, 2, 3) ¦ booland(@, 1)::int ¦ boolor(@, 0)::int ¦
    boolnot(@)::int ¦ boolxor(@, 1)::int ¦ bitand(@, 6) ¦ bitor(@, 1) ¦ bitxor(@, 3) ¦ bitshiftleft(@ % 3, 1) ¦
    bitshiftright(@, 1) ¦ bitnot(@) ¦ width_bucket(@, 0, 10, 5) ¦ width_bucket(3, @ - 9, 10 + @ * 0, 5) ¦
    @::varchar::int ¦ to_number(@::varchar || '') ¦ try_to_number(@::varchar) ¦
    to_number(to_char(@ % 99, '999'), '999') ¦ to_decimal(@) ¦ try_to_decimal(@::varchar) ¦ to_numeric(@) ¦
    try_to_numeric(@::varchar) ¦ @::boolean::int ¦ @::variant::int ¦ square_of(@ % 3) ¦ query_of(@ % 3) ¦
    uniform(1, 5, @)::int ¦ uniform(@ % 3, 5, 1) ¦ length(randstr(3, @)) ¦ length(randstr(@ % 3, 3)) ¦
    array_size(array_generate_range(0, @ % 5)) ¦ length(repeat(1, @ % 3)) ¦ md5_number_lower64(@) % 10 ¦
    md5_number_upper64(@) % 10 ¦ hash(@) % 10 ¦ datediff(day, dateadd(day, @, da), da) ¦
    year(date_from_parts(@ % 50 + 2000, 1, 1)) % 50 ¦ year(datefromparts(2000, @ % 5 + 1, 1)) ¦
    date_part(day, date_from_parts(2000, 1, @ % 20)) ¦ second(time_from_parts(1, 2, @ % 20 + 20)) ¦
    minute(timestamp_from_parts(2000, 1, @ % 3 + 3, 3, @ % 20 + 20, 6)) ¦
    minute(timestamp_ntz_from_parts(2000, 1, 2, 3, abs(@) % 20, 6)) ¦
    minute(timestamp_ltz_from_parts(2000, 1, 2, 3, abs(@) % 20, 6)) ¦ ceil(@ / 2)::int ¦ round(@, -1)::int ¦
    trunc(@ / 3, 1)::int ¦ truncate(@, 0) ¦ floor(@ / 2)::int ¦ ascii(@) ¦ unicode(@)`,
  ],
  [
    'D',
    `@ + 0.01 ¦ @ % 1.5 ¦ round(@, 1)::number(10,2) ¦ ceil(@, 1)::number(10,2) ¦ abs(@) ¦ (@ / 2.5)::number(10,2) ¦
    to_number(to_char(@ % 9, 'S9.99'), '9.99')::number(10,2)`,
  ],
  [
    'D',
    `iff(@ in (1, 2.5, '3.75', 4::float), 1.5, -2.5) ¦ zeroifnull(@) ¦
    case @ when 2.5 then 1.25 when -1 then 3 else -1 end ¦ decode(@, '1', 2.5, 3, 1, @ )`,
  ],
  [
    'F',
    `@ / 3 ¦ 3 / iff(@ = 0, 1, @) ¦ sqrt(abs(@)) ¦ cbrt(@) ¦ exp(@ - abs(@)) ¦ ln(abs(@) + 1) ¦
    log(2, abs(@) + 1) ¦ log(abs(@) + 2, 3) ¦ power(abs(@), 0.5) ¦ pow(2, @ - abs(@)) ¦ square(@ % 2) ¦ sin(@) ¦
    cos(@) ¦ tan(@ % 1) ¦ asin(@ % 1) ¦ acos(@ % 1) ¦ atan(@) ¦ atan2(@, 2) ¦ degrees(@ % 1) ¦ radians(@) ¦
    round(@, 2) ¦ trunc(@, 2) ¦ ceil(@, 1) ¦ floor(@, 1) ¦ @::varchar::float ¦ to_double(@::varchar) ¦
    try_to_double(@::varchar) ¦ @::variant::float ¦ to_variant(@)::float ¦ nullif(@, 1) ¦
    iff(@ between 0 and 1, 1, @) ¦ normal(@, 1, 5) ¦ normal(0, 1, @) ¦ pi() + @ ¦
    months_between(dateadd(day, @, da), da) ¦ as_double(@) ¦ as_real(to_variant(@)) ¦ iff(@ is not null, @, 1) ¦
    jarowinkler_similarity(@, 1)::float`,
  ],
  [
    'S',
    `@ || 'x' ¦ concat(@, 'x') ¦ concat_ws('-', @, 'x') ¦ concat_ws(@, 'a', 'b') ¦ upper(@) ¦ lower(@) ¦
    initcap(@) ¦ initcap('ab cd', @) ¦ trim(@) ¦ ltrim(@, 'A') ¦ rtrim(@) ¦ reverse(@) ¦ length(@)::varchar ¦
    len(@)::varchar ¦ octet_length(@)::varchar ¦ bit_length(@)::varchar ¦ substr(@, 0, 5) ¦
    substring(@, length(@) - 3) ¦ left(@, 4) ¦ right(@, 4) ¦ lpad(@, 5, '*') ¦ rpad(@, 5) ¦
    repeat(left(@, 2), 2) ¦ space(length(@) % 3) ¦ replace(@, 'b', 'c') ¦ translate(@, 'b', 'c') ¦
    position('c', @, 1)::varchar ¦ position('b', @, 2)::varchar ¦ charindex(@, 'abc', 2)::varchar ¦
    contains(@, 'b')::varchar ¦ startswith(@, 'A')::varchar ¦ endswith(@, 'd')::varchar ¦ insert(@, 2, 1, 'y') ¦
    split_part(@, ',', 1) ¦ split_part(@, ',', -1) ¦ split_part('a,b', @, 1) ¦ split(@, ',')::varchar ¦
    strtok(@, ', ', 1) ¦ strtok('a b', @ || ' ', 2) ¦ strtok_to_array(@)::varchar ¦ chr(ascii(@)) ¦
    char(unicode(@)) ¦ editdistance(@, 'ab')::varchar ¦ like(@, 'A%')::varchar ¦ ilike(@, 'a%')::varchar ¦
    iff(@ like 'A%', 'b', 'A') ¦ iff(@ like any ('A%', '%b'), 'b', 'A') ¦
    iff(@ not like all ('A%', '%b'), 'b', 'A') ¦ iff(@ rlike 'A.*', 'b', 'A') ¦
    iff(@ ilike 'a%' escape '!', 'b', 'A') ¦ regexp_replace(@, 'b', 'c') ¦ regexp_replace(@, 'b', 'c', 1, 1) ¦
    regexp_replace(@, '(c)', 'b', 2) ¦ regexp_substr(@, '[a-z]+', 1, 1) ¦ regexp_instr(@, 'c', 1, 1)::varchar ¦
    regexp_count(@, 'c')::varchar ¦ regexp_like(@, 'A.*', 'i')::varchar ¦ rlike(@, 'x')::varchar ¦ md5(@) ¦
    md5_hex(@) ¦ sha1(@) ¦ sha1_hex(@) ¦ sha2(@, 256) ¦ sha2_hex(@) ¦ sha2(@, 512) ¦ to_varchar(sha1_binary(@)) ¦
    to_char(sha2_binary(@)) ¦ to_varchar(md5_binary(@), 'HEX') ¦ hex_decode_string(hex_encode(@)) ¦
    base64_decode_string(base64_encode(@)) ¦ to_varchar(hex_decode_binary(hex_encode(left(@, 3))), 'UTF-8') ¦
    to_varchar(base64_decode_binary(base64_encode(@)), 'utf-8') ¦ decode(@, 'a', 'b', 'c', 'd', @) ¦
    iff(@ in ('a', 'b', 'Ab, cd'), 'b', 'a') ¦ case @ when '' then 'b' when 'b' then 'c' else 'a' end ¦
    iff(@ between 'a' and 'c', 'b', 'a') ¦ to_json(to_variant(@)) ¦ check_json(@) ¦ iff(@ is null, @, @) ¦
    try_parse_json(@)::varchar ¦ parse_json('"' || @ || '"')::varchar ¦ typeof(to_variant(@)) ¦
    left(@, 3)::varchar(10) ¦ uuid_string('fe971b24-9572-4005-b22f-351e9c09274d', @) ¦
    array_to_string(array_construct(@), ',') ¦ get(array_construct(@, 1), 0)::varchar ¦
    object_construct(left(@, 3), 1)::varchar ¦ object_construct('a', @):a::varchar ¦ try_to_date(@)::varchar ¦
    try_to_time(@)::varchar ¦ try_to_boolean(@)::varchar ¦ to_varchar(try_to_binary(@)) ¦
    try_to_timestamp(@)::varchar ¦ try_to_timestamp_ltz(@)::varchar ¦ try_to_timestamp_tz(@)::varchar ¦
    try_to_timestamp_ntz(@)::varchar`,
  ],
  [
    'B',
    `not @ ¦ @ and b ¦ @ or b ¦ @ is true ¦ @::varchar::boolean ¦ to_boolean(@) ¦ try_to_boolean(@::varchar) ¦
    @::int::boolean ¦ @::variant::boolean ¦ iff(@, b, true) ¦ as_boolean(to_variant(@)) ¦
    is_boolean(to_variant(@)) ¦ @ = any (select b) ¦ @ > b`,
  ],
  [
    'T',
    `dateadd(day, 1, @) ¦ dateadd(month, 1, @) ¦ timeadd(hour, 1, @) ¦ timestampadd(second, 1, @) ¦
    add_months(@, 1) ¦ date_trunc(hour, @) ¦ date_trunc('week', @) ¦ trunc(@, 'month') ¦
    time_slice(@, 2, 'hour') ¦ time_slice(@, 2, 'day', 'END') ¦ @::varchar::timestamp_ntz ¦
    @::date::timestamp_ntz ¦ @::timestamp_tz::timestamp_ntz ¦ @::timestamp_ltz::timestamp_ntz ¦
    @::timestamp_ntz(3) ¦ to_timestamp(to_char(@, 'YYYY-MM-DD HH24:MI:SS.FF9'), 'YYYY-MM-DD HH24:MI:SS.FF9') ¦
    convert_timezone('UTC', 'Asia/Tokyo', @) ¦ to_timestamp_ntz(convert_timezone('Asia/Tokyo', @)) ¦
    last_day(@)::timestamp_ntz ¦ next_day(@, 'mo')::timestamp_ntz ¦ previous_day(@, 'su')::timestamp_ntz ¦
    timestamp_from_parts(@::date, @::time) ¦ @ + interval '1 day, 2 hours, 1 month' ¦
    dateadd(day, year(@) % 3 + quarter(@) + month(@) + week(@) + day(@) + hour(@) + minute(@) + second(@), t) ¦
    dateadd(day, dayofweek(@) + dayofyear(@) + dayofmonth(@) + weekofyear(@) + weekiso(@) + dayofweekiso(@) - yearofweek(@) % 5 - yearofweekiso(@) % 5, t) ¦
    dateadd(second, datediff(month, @, t) + timediff(week, @, t) + timestampdiff(hour, t, @) % 9, t) ¦
    dateadd(day, date_part(epoch_second, @) % 9 + extract(day from @), t) ¦
    to_timestamp(to_number(to_char(@, 'YYYYMMDD'))::varchar, 'YYYYMMDD') ¦ nullif(@, t) ¦
    case @ when t then dateadd(day, 1, t) when '2020-01-01' then t else t end ¦
    dateadd(day, length(dayname(@) || monthname(@)), t) ¦ @::variant::timestamp_ntz ¦ to_timestamp_ntz(@) ¦
    greatest(@, t) ¦ iff(@ in ('2020-01-01', t), @, t)`,
  ],
  [
    'Z',
    `dateadd(day, 1, @) ¦ dateadd(month, 1, @) ¦ date_trunc(day, @) ¦ @::timestamp_tz(3) ¦
    @::varchar::timestamp_tz ¦ @::timestamp_ntz::timestamp_tz ¦
    to_timestamp_tz(to_char(@, 'YYYY-MM-DD HH24:MI:SS TZHTZM'), 'YYYY-MM-DD HH24:MI:SS TZHTZM') ¦ greatest(@, z) ¦
    nullif(@, z) ¦ convert_timezone('America/New_York', @) ¦ case @ when z then dateadd(day, 1, @) else @ end`,
  ],
  [
    'L',
    `dateadd(day, 1, @) ¦ dateadd(month, 1, @) ¦ date_trunc(day, @) ¦ @::varchar::timestamp_ltz ¦
    @::timestamp_tz::timestamp_ltz ¦ @::timestamp_ntz::timestamp_ltz ¦
    to_timestamp_ltz(to_char(@, 'YYYY-MM-DD HH24:MI:SS TZH'), 'YYYY-MM-DD HH24:MI:SS TZH') ¦
    to_date(@)::timestamp_ltz`,
  ],
  [
    'DA',
    `@ + 1 ¦ dateadd(month, 1, @) ¦ last_day(@) ¦ last_day(@, 'year') ¦ next_day(@, 'fr') ¦ previous_day(@, 'fr') ¦
    add_months(@, 1)::date ¦ to_date(to_char(@, 'DD-MON-YYYY'), 'DD-MON-YYYY') ¦ date(@) ¦ @::varchar::date ¦
    date_trunc('quarter', @) ¦ time_slice(@, 3, 'month') ¦ @::variant::date ¦ nvl(@, da) ¦
    iff(@ between da and da, @, da)`,
  ],
  [
    'TI',
    `timeadd(minute, 7, @) ¦ to_time(to_char(@, 'HH24:MI:SS.FF3'), 'HH24:MI:SS.FF3') ¦ time(@) ¦ @::varchar::time ¦
    date_trunc(hour, @) ¦ @::time(0) ¦ to_time(@::timestamp_ntz)`,
  ],
  [
    'V',
    `@:a ¦ @['a'] ¦ get(@, 'a') ¦ get_path(@, 'a') ¦ get_ignore_case(@, 'A') ¦ parse_json(to_json(@)) ¦
    to_variant(@) ¦ strip_null_value(@) ¦ as_array(@)::array::variant ¦ to_array(@)::variant ¦
    object_keys(@)::variant ¦ array_size(@)::variant ¦ as_integer(@)::variant ¦ as_varchar(@)::variant ¦
    as_char(@)::variant ¦ as_array(@)::variant ¦ as_object(@)::variant ¦ typeof(@)::variant ¦ array_min(@) ¦
    array_max(@) ¦
    iff(is_array(@) or is_object(@) or is_integer(@) or is_decimal(@) or is_double(@) or is_real(@) or is_varchar(@) or is_char(@) or is_null_value(@), @, v) ¦
    object_insert({'a': 1}, 'b', @)::variant ¦ object_insert({'a': 1}, 'a', @, true)::variant ¦
    array_insert([1], 0, @)::variant ¦ array_position(@, [1])::variant ¦ array_contains(@, [1])::variant ¦
    {'k': @}::variant ¦ [@, 1]::variant ¦ nvl(@, v) ¦ try_parse_json(@::varchar)`,
  ],
  [
    'A',
    `array_append(@, 1) ¦ array_prepend(@, 1) ¦ array_cat(@, [1]) ¦ array_cat([1], @) ¦ array_slice(@, 0, 2) ¦
    array_compact(@) ¦ array_distinct(@) ¦ array_intersection(@, [1]) ¦ array_except(@, [1]) ¦
    array_flatten(array_construct(@, [1])) ¦ array_reverse(@) ¦ array_sort(@) ¦ to_array(@) ¦ array_construct(@) ¦
    array_construct_compact(@, null) ¦ iff(arrays_overlap(@, [1]), @, [1]) ¦ array_insert(@, 1, 5) ¦
    parse_json(@::varchar)::array`,
  ],
  [
    'O',
    `object_delete(@, 'b') ¦ object_pick(@, 'a', 'b') ¦ object_insert(@, 'b', 1, true) ¦
    object_insert(@, to_json(@), 1) ¦ object_construct('a', @) ¦ object_construct_keep_null('a', @) ¦
    to_object(@::variant) ¦ object_insert({}, 'x', @)`,
  ],
  [
    'X',
    `to_binary(to_varchar(@)) ¦ to_binary(to_varchar(@, 'BASE64'), 'BASE64') ¦ @ || x ¦ substr(@, 1, 1) ¦
    hex_decode_binary(hex_encode(@)) ¦ sha1_binary(@) ¦ md5_binary(@) ¦ @::varchar::binary ¦ nullif(@, x) ¦
    case @ when x then x when '00' then @ end ¦ try_to_binary(@::varchar) ¦ greatest(@, x)`,
  ],
];

/** Each expression by itself. */
export const TEMPLATES: readonly (readonly [column: string, template: string])[] = TEXTS.flatMap(
  ([column, templates]) =>
    templates.split('¦').map((template): readonly [string, string] => [column, template.trim()]),
);
