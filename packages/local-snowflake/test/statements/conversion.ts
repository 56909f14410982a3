import { exact, type Family, unsupported } from './case.ts';

export const CONVERSION: Family = {
  title: 'Conversion',
  cases: [
    exact(
      'CAST, ::, TRY_CAST',
      [
        "select cast('1.2345' as decimal(15,5)), '1.2345'::decimal(6,2), try_cast('abc' as int), try_cast('7' as int), cast(null as date)",
        [['1.23450', '1.23', null, '7', null]],
      ],
      [
        "select cast('abc' as int)",
        { code: '100038', state: '22018', names: "Numeric value 'abc' is not recognized" },
      ],
      ["select 'abcdef'::varchar(3), 'abc'::char, 'ab'::varchar(5)", [['abc', 'a', 'ab']]],
    ),
    exact(
      'TO_VARCHAR of every type',
      [
        "select to_varchar(1.50), to_varchar(1.5::float), to_varchar(true), to_varchar('2024-05-08'::date), to_varchar('03:04:05'::time), to_varchar('2024-05-08 03:04:05.6'::timestamp_ntz), to_varchar(x'0aff'), to_varchar(1e20::float)",
        [['1.50', '1.5', 'true', '2024-05-08', '03:04:05', '2024-05-08 03:04:05.600', '0AFF', '1e+20']],
      ],
      [
        `select to_varchar(parse_json('{"a":[1,"x"]}')), to_varchar(parse_json('"x"')), parse_json('null')::varchar, to_varchar(array_construct(1, 2)), '2024-05-08 03:04:05 +02:00'::timestamp_tz::varchar`,
        [['{"a":[1,"x"]}', 'x', null, '[1,2]', '2024-05-08 03:04:05.000 +0200']],
      ],
    ),
    exact('TO_CHAR of numbers, with a format', [
      "select to_varchar(12.3456, '\">\"9999.99\"<\"'), to_char(-12.391, '99.9'), to_char(1234567, '9,999,999'), to_char(7, '0000'), to_char(12.5, '$99.00'), to_char(5, 'S99'), to_char(0.5, 'FM9990.00')",
      [['>   12.35<', '-12.4', ' 1,234,567', ' 0007', ' $12.50', ' +5', '0.50']],
    ]),
    exact(
      'TZHTZM: Z for an offset of 0, and none of the session’s where a value has no zone',
      [
        "select to_char('2024-01-01 00:00:00 +00:00'::timestamp_tz, 'TZHTZM'), to_char('2024-01-01 00:00:00 -09:30'::timestamp_tz, 'TZHTZM'), to_char('2024-01-01 00:00:00'::timestamp_ntz, 'HH24 TZHTZM'), '2024-01-01 00:00:00 +00:00'::timestamp_tz::varchar",
        [['Z', '-0930', '00 Z', '2024-01-01 00:00:00.000 Z']],
      ],
      [
        [
          "alter session set timezone = 'America/New_York'",
          "select to_char('2024-01-01 00:00:00'::timestamp_ntz, 'TZH:TZM'), to_char('2024-01-01 00:00:00'::timestamp_ntz, 'TZHTZM'), to_char('01:02'::time, 'HH24TZHTZM'), to_char('2024-01-01 00:00:00'::timestamp_ltz, 'TZHTZM'), to_char('2024-07-01'::timestamp_ltz, 'TZH')",
        ],
        [['+00:00', 'Z', '01Z', '-0500', '-04']],
      ],
    ),
    exact('TO_CHAR of dates and times, with a format', [
      "select to_char('2024-05-08 13:04:05.006789'::timestamp_ntz, 'YYYY/MM/DD HH12:MI:SS.FF6 AM'), to_char('2024-05-08'::date, 'DY, DD MON YY'), to_char('2024-05-08'::date, 'MMMM'), to_char('2013-04-05 01:02:03 +02:00'::timestamp_tz, 'DD-MON-YYYY HH24:MI TZH:TZM'), to_char('03:04'::time, 'HH24\"h\"MI')",
      [['2024/05/08 01:04:05.006789 PM', 'Wed, 08 May 24', 'May', '05-Apr-2013 01:02 +02:00', '03h04']],
    ]),
    exact('TO_VARCHAR of binary, with a format', [
      "select to_varchar(x'534e4f57', 'utf-8'), to_varchar(x'534e4f57', 'base64'), to_char(x'0a', 'hex')",
      [['SNOW', 'U05PVw==', '0A']],
    ]),
    exact(
      'TO_NUMBER, TO_DECIMAL, TO_NUMERIC',
      [
        "select to_number('12.3456'), to_decimal('12.3456', 10, 1), to_number('98.76546', 10, 8), to_number(2.7::float), to_number(true)",
        [['12', '12.3', '98.76546000', '3', '1']],
        { types: ['NUMBER(38,0)', 'NUMBER(10,1)', 'NUMBER(10,8)', 'NUMBER(38,0)', 'NUMBER(38,0)'] },
      ],
      [
        "select to_number('$12,345.6', '$99,999.9', 10, 2), to_decimal('1,234', '9,999'), to_number('-7', 'S9'), to_number('ff', 'XX'), to_number('ffffffffffffffff', 'XXXXXXXXXXXXXXXX')",
        [['12345.60', '1234', '-7', '255', '18446744073709551615']],
      ],
      [
        "select to_number('abc')",
        { code: '100038', state: '22018', names: "Numeric value 'abc' is not recognized" },
      ],
    ),
    exact('TRY_TO_NUMBER, TRY_TO_DECIMAL', [
      "select try_to_number('abc'), try_to_number('12.6'), try_to_decimal('999', 2), try_to_decimal('12,5', '99.9')",
      [[null, '13', null, null]],
    ]),
    exact('TO_DOUBLE, TRY_TO_DOUBLE', [
      "select to_double('1.1'), to_double(2), try_to_double('x'), to_double('1e3'), to_double(' 5 ')",
      [['1.1', '2', null, '1000', '5']],
    ]),
    exact(
      'TO_BOOLEAN, TRY_TO_BOOLEAN',
      [
        "select to_boolean('yes'), to_boolean('OFF'), to_boolean(0), to_boolean(2.5), try_to_boolean('maybe'), 't'::boolean, to_boolean('n')",
        [['TRUE', 'FALSE', 'FALSE', 'TRUE', null, 'TRUE', 'FALSE']],
      ],
      [
        "select to_boolean('maybe')",
        { code: '100037', state: '22018', names: "Boolean value 'maybe' is not recognized" },
      ],
    ),
    exact(
      'TO_DATE, DATE, TRY_TO_DATE',
      [
        "select to_date('2024-05-10'), to_date('2024.05.10', 'YYYY.MM.DD'), date('05/10/2024', 'MM/DD/YYYY'), to_date('31536000'), to_date('2024-05-10 23:59:59'::timestamp), to_date('17-DEC-1980'), try_to_date('2024-13-01'), try_to_date('x', 'YYYY')",
        [['2024-05-10', '2024-05-10', '2024-05-10', '1971-01-01', '2024-05-10', '1980-12-17', null, null]],
      ],
      [
        "select to_date('2024-02-30')",
        { code: '100040', state: '22007', names: "Date '2024-02-30' is not recognized" },
      ],
      [
        "select to_date('2024-05-10', 'MM/DD/YYYY')",
        {
          code: '100096',
          state: '22007',
          names: "Can't parse '2024-05-10' as date with format 'MM/DD/YYYY'",
        },
      ],
    ),
    exact(
      'TO_TIME, TIME, TRY_TO_TIME',
      [
        "select to_varchar('20:57:01.123456789+07:00'::time, 'HH24:MI:SS.FF9'), '20:57:01Z'::time::varchar, '20:57 -0530'::time::varchar, try_to_time('20:57+x')",
        [['20:57:01.123456789', '20:57:01', '20:57:00', null]],
      ],
      [
        "select to_time('13:30:00'), time('13:30:00.123')::varchar, to_time('13.30.00', 'HH24.MI.SS'), try_to_time('25:00'), to_time('31536001'), to_time('2024-05-10 01:02:03'::timestamp), to_time('11:59 PM', 'HH12:MI AM')",
        [['13:30:00', '13:30:00', '13:30:00', null, '00:00:01', '01:02:03', '23:59:00']],
      ],
      ["select to_time('x')", { code: '100108', state: '22007', names: "Time 'x' is not recognized" }],
    ),
    exact(
      'TO_TIMESTAMP_NTZ, TO_TIMESTAMP, TRY_TO_TIMESTAMP',
      [
        "select to_timestamp('2024-01-01T02:03:04.567'), to_timestamp_ntz('04/05/2024 01:02:03', 'mm/dd/yyyy hh24:mi:ss'), to_timestamp(31536000), to_timestamp(31536000000, 3), to_timestamp('1487654321456'), try_to_timestamp('x')",
        [
          [
            '2024-01-01 02:03:04.567',
            '2024-04-05 01:02:03.000',
            '1971-01-01 00:00:00.000',
            '1971-01-01 00:00:00.000',
            '2017-02-21 05:18:41.456',
            null,
          ],
        ],
      ],
      [
        "select to_timestamp('x')",
        { code: '100035', state: '22007', names: "Timestamp 'x' is not recognized" },
      ],
    ),
    exact('TO_TIMESTAMP_TZ, TO_TIMESTAMP_LTZ', [
      [
        "alter session set timezone = 'America/Los_Angeles'",
        "select to_timestamp_tz('04/05/2013 01:02:03', 'mm/dd/yyyy hh24:mi:ss'), to_timestamp_ltz('2024-07-01 00:00:00 +00:00'), to_timestamp_tz('2024-07-01 01:02:03 +02:00'), to_timestamp_tz(0)",
      ],
      [
        [
          '2013-04-05 01:02:03.000 -0700',
          '2024-06-30 17:00:00.000 -0700',
          '2024-07-01 01:02:03.000 +0200',
          '1969-12-31 16:00:00.000 -0800',
        ],
      ],
    ]),
    exact(
      'TO_BINARY, TRY_TO_BINARY',
      [
        "select to_binary('SNOW', 'utf-8'), to_binary('U05PVw==', 'base64'), to_binary('00ff'), try_to_binary('xyz'), try_to_binary('%', 'base64')",
        [['534E4F57', '534E4F57', '00FF', null, null]],
      ],
      [
        "select to_binary('xyz')",
        { code: '100115', state: '22018', names: "not a legal hex-encoded value: 'xyz'" },
      ],
    ),
    exact('TO_VARIANT, TO_ARRAY, TO_OBJECT', [
      "select to_variant(3.14), to_variant('x'), to_array(3), to_array('x'), to_object(parse_json('{\"a\":1}')), to_variant('2024-05-08'::date), to_variant(null)",
      [['3.14', '"x"', '[\n  3\n]', '[\n  "x"\n]', '{\n  "a": 1\n}', '"2024-05-08"', null]],
    ]),
    exact('TO_JSON', [
      `select to_json(parse_json('{"b": 1, "a": [true, null]}')), to_json('x'::variant)`,
      [['{"a":[true,null],"b":1}', '"x"']],
    ]),
    exact('Output formats of the session', [
      [
        "alter session set date_output_format = 'DD.MM.YYYY', timestamp_ntz_output_format = 'YYYY-MM-DD\"T\"HH24:MI:SS.FF9'",
        "select '2024-05-08'::date::varchar, '2024-05-08 01:02:03.4'::timestamp_ntz::varchar",
      ],
      [['08.05.2024', '2024-05-08T01:02:03.400000000']],
    ]),
    unsupported('TO_GEOGRAPHY, TO_GEOMETRY', "select to_geography('POINT(1 2)')", 'TO_GEOGRAPHY'),
    unsupported('PARSE_XML, TO_XML', "select parse_xml('<a/>')", 'PARSE_XML'),
  ],
};
