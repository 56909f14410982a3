import { close, exact, type Family } from './case.ts';

const MOMENT = "'2024-05-08 23:39:20.123'::timestamp";

export const DATE: Family = {
  title: 'Dates and times',
  cases: [
    exact(
      'DATEADD, TIMEADD, TIMESTAMPADD',
      [
        "select dateadd(year, 2, '2022-05-08'::date), dateadd(month, 1, '2024-01-31'::date), dateadd('day', -1, '2024-03-01'::date)",
        [['2024-05-08', '2024-02-29', '2024-02-29']],
      ],
      [
        "select dateadd(hour, 2, '2022-05-08'::date), timeadd(minute, 90, '23:00:00'::time)",
        [['2022-05-08 02:00:00.000', '00:30:00']],
        { types: ['TIMESTAMP_NTZ(9)', 'TIME(9)'] },
      ],
      [
        `select timestampadd(nanosecond, 1, ${MOMENT})::varchar, dateadd(week, 1, ${MOMENT}), dateadd(quarter, -1, ${MOMENT})`,
        [['2024-05-08 23:39:20.123', '2024-05-15 23:39:20.123', '2024-02-08 23:39:20.123']],
      ],
      ["select dateadd(day, 1, '2022-05-08')", '2022-05-09 00:00:00.000', { types: ['TIMESTAMP_NTZ(9)'] }],
    ),
    exact(
      'DATEDIFF, TIMEDIFF, TIMESTAMPDIFF',
      ["select datediff(year, '2020-04-09 14:39:20'::timestamp, '2023-05-08 23:39:20'::timestamp)", '3'],
      [
        "select datediff(hour, '2023-05-08T23:39:20.123-07:00'::timestamp, dateadd(year, 2, '2023-05-08T23:39:20.123-07:00'::timestamp))",
        '17544',
      ],
      [
        "select datediff(month, '2024-01-31'::date, '2024-02-01'::date), datediff(day, '2024-02-28', '2024-03-01'), datediff(week, '2024-01-07'::date, '2024-01-08'::date), datediff(second, '10:00:00'::time, '10:01:00'::time)",
        [['1', '2', '1', '60']],
      ],
      ["select '2024-03-01'::date - '2024-02-01'::date, '2024-02-28'::date + 2", [['29', '2024-03-01']]],
    ),
    exact(
      'DATE_TRUNC',
      [
        `select date_trunc('year', ${MOMENT}), date_trunc(month, ${MOMENT}), date_trunc('hour', ${MOMENT}), date_trunc('second', ${MOMENT})`,
        [
          [
            '2024-01-01 00:00:00.000',
            '2024-05-01 00:00:00.000',
            '2024-05-08 23:00:00.000',
            '2024-05-08 23:39:20.000',
          ],
        ],
      ],
      [
        "select date_trunc('week', '2024-05-08'::date), date_trunc('quarter', '2024-05-08'::date), trunc('2024-05-08'::date, 'month')",
        [['2024-05-06', '2024-04-01', '2024-05-01']],
      ],
      ["select date_trunc('minute', '23:39:20.123'::time)", '23:39:00'],
    ),
    exact(
      'DATE_PART, EXTRACT',
      [
        `select date_part(quarter, ${MOMENT}), date_part('epoch_second', ${MOMENT}), date_part(nanosecond, ${MOMENT}), extract(year from ${MOMENT}), date_part(epoch_millisecond, ${MOMENT})`,
        [['2', '1715211560', '123000000', '2024', '1715211560123']],
      ],
      [
        "select date_part(tzh, '2024-04-08T23:39:20.123-07:30'::timestamp_tz), date_part(tzm, '2024-04-08T23:39:20.123-07:30'::timestamp_tz)",
        [['-7', '-30']],
      ],
    ),
    exact(
      'YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, MINUTE, SECOND …',
      [
        `select year(${MOMENT}), quarter(${MOMENT}), month(${MOMENT}), day(${MOMENT}), hour(${MOMENT}), minute(${MOMENT}), second(${MOMENT})`,
        [['2024', '2', '5', '8', '23', '39', '20']],
      ],
      [
        "select dayofweek('2024-05-12'::date), dayofweekiso('2024-05-12'::date), dayofyear('2024-03-01'::date), dayofmonth('2024-03-01'::date), week('2016-01-02'::date), weekiso('2016-01-02'::date), yearofweek('2016-01-02'::date), yearofweekiso('2016-01-02'::date)",
        [['0', '7', '61', '1', '53', '53', '2015', '2015']],
      ],
    ),
    exact('DATE_FROM_PARTS', [
      'select date_from_parts(2004, 2, 1), date_from_parts(2004, 2, 0), date_from_parts(2004, 2, -1), date_from_parts(2004, 14, 1), date_from_parts(2004, -1, 1)',
      [['2004-02-01', '2004-01-31', '2004-01-30', '2005-02-01', '2003-11-01']],
    ]),
    exact('TIME_FROM_PARTS, TIMESTAMP_FROM_PARTS', [
      "select time_from_parts(12, 34, 56, 987654321)::varchar, timestamp_ntz_from_parts(2013, 4, 5, 12, 0, 0, 987654321), timestamp_from_parts(2013, 4, 5, 12, 0, 0), timestamp_from_parts('2013-04-05'::date, '12:00:00'::time)",
      [['12:34:56', '2013-04-05 12:00:00.987', '2013-04-05 12:00:00.000', '2013-04-05 12:00:00.000']],
    ]),
    exact('LAST_DAY', [
      "select last_day('2024-02-08'::date), last_day('2024-05-08'::date, 'year'), last_day('2024-05-08'::date, 'quarter'), last_day('2024-05-08'::date, 'week')",
      [['2024-02-29', '2024-12-31', '2024-06-30', '2024-05-12']],
    ]),
    exact('DAYNAME, MONTHNAME', [
      "select dayname('2024-05-08'::date), monthname('2024-05-08'::date)",
      [['Wed', 'May']],
    ]),
    exact('NEXT_DAY, PREVIOUS_DAY', [
      "select next_day('2024-05-08'::date, 'Friday'), previous_day('2024-05-08'::date, 'fr'), next_day('2024-05-08'::date, 'we')",
      [['2024-05-10', '2024-05-03', '2024-05-15']],
    ]),
    exact('ADD_MONTHS', [
      "select add_months('2016-05-15'::timestamp_ntz, 2), add_months('2016-02-29'::date, 1), add_months('2016-05-31'::date, -1)",
      [['2016-07-15 00:00:00.000', '2016-03-31', '2016-04-30']],
    ]),
    close('MONTHS_BETWEEN', 'is a FLOAT', [
      "select months_between('2019-03-15'::date, '2019-02-15'::date), months_between('2019-03-31'::date, '2019-02-28'::date), round(months_between('2019-03-01'::date, '2019-02-15'::date), 6)",
      [['1', '1', '0.548387']],
    ]),
    exact('TIME_SLICE', [
      "select time_slice('2019-02-28'::date, 4, 'MONTH', 'START'), time_slice('2019-02-28'::date, 4, 'MONTH', 'END'), time_slice('2024-05-08 23:39:20'::timestamp, 15, 'MINUTE')",
      [['2019-01-01', '2019-05-01', '2024-05-08 23:30:00.000']],
    ]),
    exact(
      'CONVERT_TIMEZONE',
      [
        "select convert_timezone('America/Los_Angeles', 'America/New_York', '2024-01-01 14:00:00'::timestamp_ntz)",
        '2024-01-01 17:00:00.000',
      ],
      [
        "select convert_timezone('UTC', '2024-01-01 14:00:00 +02:00'::timestamp_tz)",
        '2024-01-01 12:00:00.000 +0000',
      ],
      ["select convert_timezone('Europe/Warsaw', 'UTC', '2024-07-01 00:00:00')", '2024-06-30 22:00:00.000'],
    ),
    exact('INTERVAL', [
      "select '2018-03-31'::date + interval '1 month', '2025-01-15'::date + interval '1 y, 3 q, 4 mm, 5 w, 6 d', '2024-01-01'::timestamp - interval '1 hour'",
      [['2018-04-30', '2027-03-28', '2023-12-31 23:00:00.000']],
    ]),
    exact(
      'CURRENT_DATE, CURRENT_TIMESTAMP, CURRENT_TIME, GETDATE, SYSDATE',
      [
        'select current_timestamp = current_timestamp(), current_date = current_timestamp::date, getdate() is not null, abs(datediff(second, sysdate(), current_timestamp()::timestamp_ntz)) < 2',
        [['TRUE', 'TRUE', 'TRUE', 'TRUE']],
      ],
      [
        'select current_timestamp, current_date, current_time limit 0',
        [],
        { types: ['TIMESTAMP_LTZ(9)', 'DATE', 'TIME(9)'] },
      ],
    ),
    exact(
      'Session time zone',
      [
        [
          "alter session set timezone = 'America/Los_Angeles'",
          "select '2024-07-01 12:00:00'::timestamp_ltz, '2024-07-01 12:00:00 +00:00'::timestamp_ltz, '2024-01-01 12:00'::timestamp_tz",
        ],
        [['2024-07-01 12:00:00.000 -0700', '2024-07-01 05:00:00.000 -0700', '2024-01-01 12:00:00.000 -0800']],
      ],
      [["alter session set timezone = 'Mars/Base'"], { code: '001008', state: '22023' }],
    ),
    exact('Years 1 to 9999', [
      "select '0001-01-01'::date, '9999-12-31 23:59:59.999'::timestamp_ntz, '1582-10-10'::date, dateadd(day, -1, '1970-01-01'::date)",
      [['0001-01-01', '9999-12-31 23:59:59.999', '1582-10-10', '1969-12-31']],
    ]),
    exact('Nine digits of a second', [
      "select to_varchar('2024-01-01 00:00:00.123456789'::timestamp_ntz, 'FF9'), '2024-01-01 00:00:00.987654321'::timestamp_ntz(3)",
      [['123456789', '2024-01-01 00:00:00.987']],
    ]),
    close('WEEK_START, WEEK_OF_YEAR_POLICY', 'weeks always begin on Monday and follow ISO', [
      "select date_trunc('week', '2024-05-12'::date)",
      '2024-05-06',
    ]),
  ],
};
