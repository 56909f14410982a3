import { describe, expect, test } from 'vitest';
import { sqlFamilyOf } from '../../src/source/mysql/types/sql-types.ts';
import { fitColumns, ownTypes, type TargetColumn } from '../../src/types/column-mapping.ts';
import type { JavaKind } from '../../src/types/family.ts';
import { incompatibilityError } from '../../src/types/incompatibility.ts';
import type { Policies } from '../../src/types/policy.ts';
import { parseSnowflakeType, snowflakeTypeSql } from '../../src/types/snowflake-type.ts';
import type { SourceColumn } from '../../src/types/source-column.ts';
import { FAMILIES } from '../../src/types/type-table.ts';
import { column, mapped } from './columns.ts';

const target = (described: string, more: Partial<TargetColumn> = {}): TargetColumn => ({
  name: 'C',
  describedType: described,
  type: parseSnowflakeType(described),
  nullable: true,
  hasDefault: false,
  ...more,
});

const TEXT_MAX = 'VARCHAR(16777216)';
const unsigned = { unsigned: true };
const decimal = (numericPrecision: number, numericScale: number) => ({ numericPrecision, numericScale });
const chars = (characterLength: number) => ({ characterLength, octetLength: characterLength * 4 });
const bytes = (octetLength: number) => ({ characterLength: octetLength, octetLength });
const digits = (datetimePrecision: number) => ({ datetimePrecision });

type Row = [
  dataType: string,
  more: Partial<SourceColumn>,
  snowflake: string,
  java: JavaKind,
  /** Described types that hold every value too. */
  wider: string[],
  /** Described types that do not. */
  rejected: string[],
];

const rows: Row[] = [
  [
    'tinyint',
    {},
    'NUMBER(3,0)',
    'Long',
    ['NUMBER(38,0)', 'NUMBER(5,2)', 'VARCHAR(4)'],
    ['NUMBER(2,0)', 'NUMBER(4,2)', 'VARCHAR(3)', 'BOOLEAN', 'FLOAT', 'VARIANT'],
  ],
  ['tinyint', unsigned, 'NUMBER(3,0)', 'Long', [], ['NUMBER(2,0)']],
  ['smallint', {}, 'NUMBER(5,0)', 'Long', [], ['NUMBER(4,0)']],
  ['mediumint', {}, 'NUMBER(7,0)', 'Long', [], ['NUMBER(6,0)']],
  ['mediumint', unsigned, 'NUMBER(8,0)', 'Long', [], ['NUMBER(7,0)']],
  ['int', {}, 'NUMBER(10,0)', 'Long', ['NUMBER(12,2)'], ['NUMBER(9,0)', 'NUMBER(11,2)', 'DATE']],
  ['int', unsigned, 'NUMBER(10,0)', 'Long', [], ['NUMBER(9,0)']],
  [
    'bigint',
    {},
    'NUMBER(19,0)',
    'Long',
    ['NUMBER(38,0)', 'VARCHAR(20)'],
    ['NUMBER(18,0)', 'FLOAT', 'VARCHAR(19)'],
  ],
  ['bigint', unsigned, 'NUMBER(20,0)', 'BigInteger', ['NUMBER(38,18)'], ['NUMBER(19,0)', 'NUMBER(38,19)']],
  ['year', {}, 'NUMBER(4,0)', 'Long', [], ['NUMBER(3,0)', 'DATE']],
  [
    'decimal',
    decimal(10, 4),
    'NUMBER(10,4)',
    'BigDecimal',
    ['NUMBER(12,6)', 'NUMBER(38,4)', 'VARCHAR(12)'],
    ['NUMBER(10,3)', 'NUMBER(10,5)', 'NUMBER(38,0)', 'FLOAT', 'VARCHAR(11)'],
  ],
  ['decimal', decimal(38, 0), 'NUMBER(38,0)', 'BigDecimal', [], ['NUMBER(37,0)']],
  ['decimal', decimal(38, 37), 'NUMBER(38,37)', 'BigDecimal', [], ['NUMBER(38,36)']],
  // A scale of 38 is legal in MariaDB, and 37 is Snowflake's largest.
  ['decimal', decimal(38, 38), 'VARCHAR(41)', 'String', [], ['NUMBER(38,37)']],
  ['decimal', decimal(39, 0), 'VARCHAR(41)', 'String', [TEXT_MAX], ['NUMBER(38,0)', 'VARCHAR(40)']],
  // 35 digits, point, 30 digits and a sign.
  ['decimal', decimal(65, 30), 'VARCHAR(67)', 'String', [], ['NUMBER(38,30)', 'VARCHAR(66)']],
  ['decimal', decimal(10, 10), 'NUMBER(10,10)', 'BigDecimal', [], ['VARCHAR(12)']],
  ['float', {}, 'FLOAT', 'Double', [], ['NUMBER(38,10)', TEXT_MAX, 'VARIANT']],
  ['double', {}, 'FLOAT', 'Double', [], ['NUMBER(38,10)', TEXT_MAX]],
  ['bit', { numericPrecision: 1 }, 'BOOLEAN', 'Boolean', [], ['VARCHAR(5)', 'VARIANT']],
  [
    'bit',
    { numericPrecision: 8 },
    'NUMBER(20,0)',
    'BigInteger',
    ['NUMBER(38,0)'],
    ['NUMBER(19,0)', 'BOOLEAN', 'BINARY(8)'],
  ],
  ['bit', { numericPrecision: 64 }, 'NUMBER(20,0)', 'BigInteger', [], ['NUMBER(38,19)']],
  ['char', chars(5), 'VARCHAR(5)', 'String', [TEXT_MAX], ['VARCHAR(4)', 'BINARY(20)', 'NUMBER(38,0)']],
  ['varchar', chars(0), 'VARCHAR(1)', 'String', [], ['BOOLEAN']],
  [
    'varchar',
    chars(255),
    'VARCHAR(255)',
    'String',
    ['VARCHAR(256)', 'VARCHAR(134217728)'],
    ['VARCHAR(254)', 'VARIANT', 'DATE'],
  ],
  ['text', chars(65535), 'VARCHAR(65535)', 'String', [TEXT_MAX], ['VARCHAR(65534)']],
  ['longtext', chars(4294967295), TEXT_MAX, 'String', ['VARCHAR(134217728)'], ['VARCHAR(16777215)']],
  ['enum', chars(3), 'VARCHAR(3)', 'String', ['VARCHAR(9)'], ['VARCHAR(2)']],
  ['set', chars(7), 'VARCHAR(7)', 'String', [], ['VARCHAR(6)', 'ARRAY']],
  ['uuid', {}, 'VARCHAR(36)', 'String', [], ['NUMBER(38,0)']],
  // As text, value by value: whether bytes are UTF-8 is seen as they come.
  [
    'binary',
    bytes(16),
    'BINARY(16)',
    'bytes',
    ['BINARY(8388608)', 'VARCHAR(16)'],
    ['BINARY(15)', 'VARCHAR(15)', 'NUMBER(38,0)'],
  ],
  ['varbinary', bytes(0), 'BINARY(1)', 'bytes', ['VARCHAR(1)'], ['VARIANT']],
  ['longblob', bytes(4294967295), 'BINARY(8388608)', 'bytes', ['BINARY(67108864)'], ['BINARY(8388607)']],
  ['date', {}, 'DATE', 'LocalDate', [], ['TIMESTAMP_NTZ(0)', 'TIMESTAMP_TZ(9)', 'VARCHAR(9)', 'TIME(0)']],
  ['time', digits(3), 'TIME(3)', 'LocalTime', ['TIME(9)'], ['TIME(2)', 'TIMESTAMP_NTZ(9)']],
  [
    'datetime',
    digits(0),
    'TIMESTAMP_NTZ(0)',
    'LocalDateTime',
    ['TIMESTAMP_NTZ(9)'],
    ['DATE', 'TIMESTAMP_TZ(9)', 'TIMESTAMP_LTZ(9)'],
  ],
  [
    'datetime',
    digits(6),
    'TIMESTAMP_NTZ(6)',
    'LocalDateTime',
    ['TIMESTAMP_NTZ(9)'],
    ['TIMESTAMP_NTZ(5)', 'VARCHAR(25)'],
  ],
  [
    'timestamp',
    digits(6),
    'TIMESTAMP_TZ(6)',
    'OffsetDateTime',
    ['TIMESTAMP_LTZ(6)', 'TIMESTAMP_TZ(9)'],
    ['TIMESTAMP_TZ(3)', 'TIMESTAMP_NTZ(9)'],
  ],
  ['json', {}, 'VARIANT', 'Json', [], ['OBJECT', 'ARRAY', 'VARCHAR(16777215)']],
  ['geometry', {}, TEXT_MAX, 'String', [], ['VARCHAR(16777215)', 'VARIANT']],
  ['geomcollection', {}, TEXT_MAX, 'String', [], ['BINARY(8388608)']],
];

describe('a new target gets the type that holds every value', () => {
  test.each(rows)('%s %o → %s', (dataType, more, snowflake, java) => {
    const [own] = ownTypes([mapped(column('c', dataType, more))]);
    expect(own && snowflakeTypeSql(own.type)).toBe(snowflake);
    expect(own?.encoder.java).toBe(java);
  });
});

describe('an existing target', () => {
  const accepted = rows.flatMap(([dataType, more, own, , wider]) =>
    [own, ...wider].map((type) => [dataType, more, type] as const),
  );
  test.each(accepted)('%s %o goes into %s', (dataType, more, type) => {
    const source = column('c', dataType, more);
    expect(fitColumns([mapped(source)], [target(type)])).toMatchObject({
      columns: [{ target: 'C', source, type: parseSnowflakeType(type) }],
      incompatibilities: [],
    });
  });

  const rejected = rows.flatMap(([dataType, more, own, , , narrower]) =>
    narrower.map((type) => [dataType, more, type, own] as const),
  );
  test.each(rejected)('%s %o does not go into %s, %s would hold it', (dataType, more, type, own) => {
    const source = column('c', dataType, { ...more, columnType: `${dataType} as written` });
    expect(fitColumns([mapped(source)], [target(type)])).toEqual({
      columns: [],
      incompatibilities: [
        {
          column: 'C',
          source: `${dataType} as written`,
          target: type,
          fitting: own,
          lost: expect.stringMatching(/^[a-z]/),
        },
      ],
    });
  });

  test.each([
    ['decimal', decimal(65, 30), TEXT_MAX],
    ['date', {}, 'VARCHAR(26)'],
    ['decimal', decimal(10, 10), 'VARCHAR(13)'],
    ['datetime', digits(6), TEXT_MAX],
    ['time', digits(6), TEXT_MAX],
    ['timestamp', digits(6), TEXT_MAX],
    ['json', {}, TEXT_MAX],
    // Longer ones than the streaming API fills, as newer accounts have them.
    ['json', {}, 'VARCHAR(134217728)'],
    ['geometry', {}, 'VARCHAR(134217728)'],
  ])('%s %o as text in %s', (dataType, more, type) => {
    const [fitted] = fitColumns([mapped(column('c', dataType, more))], [target(type)]).columns;
    expect(fitted?.encoder.java).toBe(dataType === 'json' ? 'Json' : 'String');
    expect(fitted?.encoder.text('x 1')).toBe('x 1');
  });

  test('whole numbers as text, without the zeros that MySQL prints before those of ZEROFILL', () => {
    const [fitted] = fitColumns([mapped(column('c', 'bigint'))], [target('VARCHAR(20)')]).columns;
    expect(fitted?.encoder.java).toBe('String');
    expect(fitted?.encoder.text('00042')).toBe('42');
    expect(fitted?.encoder.text('-9223372036854775808')).toBe('-9223372036854775808');
  });

  test('BIT(1) as a number', () => {
    const flag = mapped(column('c', 'bit', { numericPrecision: 1 }));
    const [fitted] = fitColumns([flag], [target('NUMBER(1,0)')]).columns;
    expect(fitted?.encoder.java).toBe('BigInteger');
  });

  test.each(['GEOGRAPHY', 'VECTOR(FLOAT, 3)', 'MAP(VARCHAR, NUMBER)', ''])(
    'a type that the SDK does not write: %s',
    (type) => {
      expect(fitColumns([mapped(column('c', 'int'))], [target(type)]).incompatibilities).toMatchObject([
        { column: 'C', target: type, lost: 'every value: the streaming API does not write this type' },
      ]);
    },
  );

  test('gives the columns in its own order, and all that stands in the way', () => {
    const columns = [column('a', 'int'), column('b', 'int'), column('c', 'int'), column('d', 'int')].map(
      (each) => mapped(each),
    );
    const { columns: fitted, incompatibilities } = fitColumns(columns, [
      target('NUMBER(38,0)', { name: 'D' }),
      target('NUMBER(2,0)', { name: 'B' }),
      target('DATE', { name: 'NEEDED', nullable: false }),
      target('DATE', { name: 'FILLED', nullable: false, hasDefault: true }),
      target('GEOGRAPHY', { name: 'FREE' }),
      target('NUMBER(38,0)', { name: 'A' }),
    ]);
    expect(fitted.map((each) => each.target)).toEqual(['D', 'A']);
    expect(incompatibilities.map(({ column, target }) => [column, target])).toEqual([
      ['B', 'NUMBER(2,0)'],
      ['NEEDED', 'DATE'],
      ['C', undefined],
    ]);
    const error = incompatibilityError('DB.S.T', incompatibilities);
    expect(error.message).toBe(
      'DB.S.T is incompatible: 3 columns, the first is B (int into NUMBER(2,0)), which would lose values above 99',
    );
    expect(error.detail?.split('\n')).toEqual([
      'column  source type  target type  fitting type  what would be lost',
      'B       int          NUMBER(2,0)  NUMBER(10,0)  values above 99',
      'NEEDED  -            DATE         -             every row: it is NOT NULL without a default and gets no source column',
      'C       int          -            NUMBER(10,0)  every value: the target lacks the column, which --evolve adds',
    ]);
  });
});

describe('what a target would lose', () => {
  test.each<[string, Partial<SourceColumn>, string, string]>([
    ['int', {}, 'NUMBER(5,0)', 'values above 99999'],
    ['int', {}, 'NUMBER(12,5)', 'values above 9999999'],
    ['bigint', {}, 'NUMBER(12,0)', 'numbers of more than 12 digits'],
    ['int', {}, 'NUMBER(3,3)', 'values above 0'],
    ['decimal', decimal(10, 4), 'NUMBER(10,2)', 'fractional digits beyond 2'],
    ['decimal', decimal(10, 4), 'NUMBER(7,2)', 'values above 99999, fractional digits beyond 2'],
    ['decimal', decimal(65, 30), 'NUMBER(38,30)', 'values above 99999999'],
    ['decimal', decimal(10, 4), 'FLOAT', 'digits beyond the 15 that a FLOAT keeps'],
    ['bigint', {}, 'FLOAT', 'digits beyond the 15 that a FLOAT keeps'],
    ['bigint', {}, 'VARCHAR(10)', 'values longer than 10 characters'],
    ['tinyint', {}, 'BOOLEAN', 'values other than 0 and 1'],
    ['double', {}, 'NUMBER(38,10)', 'digits and exponents: a FLOAT has no fixed point'],
    ['double', {}, TEXT_MAX, 'every value: not a type that holds floating-point numbers'],
    ['varchar', chars(255), 'VARCHAR(100)', 'values longer than 100 characters'],
    ['varchar', chars(255), 'NUMBER(38,0)', 'every value: not a type that holds texts'],
    ['blob', bytes(65535), 'BINARY(100)', 'values longer than 100 bytes'],
    ['blob', bytes(65535), 'VARCHAR(100)', 'values longer than 100 bytes'],
    ['date', {}, 'NUMBER(38,0)', 'every value: not a type that holds dates'],
    ['date', {}, 'VARCHAR(9)', 'values longer than 9 characters'],
    ['time', digits(6), 'TIME(3)', 'digits of a second beyond 3'],
    ['datetime', digits(6), 'TIMESTAMP_NTZ(0)', 'digits of a second beyond 0'],
    ['datetime', digits(0), 'DATE', 'the time of the day'],
    ['datetime', digits(0), 'TIMESTAMP_TZ(9)', 'their meaning: a DATETIME says no time zone'],
    ['timestamp', digits(0), 'TIMESTAMP_NTZ(9)', 'the time zone: which instants they are'],
    ['timestamp', digits(6), 'TIMESTAMP_LTZ(3)', 'digits of a second beyond 3'],
    ['timestamp', digits(0), 'DATE', 'the time of the day'],
    ['json', {}, 'OBJECT', 'every value: not a type that holds JSON documents of every shape'],
    ['json', {}, 'VARCHAR(100)', 'values longer than 100 characters'],
  ])('%s %o in %s: %s, %s', (dataType, more, type, lost) => {
    const { incompatibilities } = fitColumns([mapped(column('c', dataType, more))], [target(type)]);
    expect(incompatibilities.map((each) => each.lost)).toEqual([lost]);
  });
});

describe('policies', () => {
  type PolicyRow = [
    Partial<Policies>,
    string,
    Partial<SourceColumn>,
    own: string,
    java: JavaKind,
    wider: string[],
  ];
  const flag = { columnType: 'tinyint(1)' };
  test.each<PolicyRow>([
    [{ tinyint1: 'boolean' }, 'tinyint', flag, 'BOOLEAN', 'Boolean', ['NUMBER(3,0)']],
    [{ tinyint1: 'boolean' }, 'tinyint', { columnType: 'tinyint(4)' }, 'NUMBER(3,0)', 'Long', []],
    [
      { tinyint1: 'boolean' },
      'tinyint',
      { columnType: 'tinyint(1) unsigned', unsigned: true },
      'NUMBER(3,0)',
      'Long',
      [],
    ],
    [{ wideDecimals: 'number' }, 'decimal', decimal(65, 30), 'NUMBER(38,30)', 'BigDecimal', [TEXT_MAX]],
    [{ wideDecimals: 'number' }, 'decimal', decimal(38, 38), 'NUMBER(38,37)', 'BigDecimal', ['VARCHAR(41)']],
    [{ wideDecimals: 'number' }, 'decimal', decimal(38, 10), 'NUMBER(38,10)', 'BigDecimal', []],
    [{ outOfDayTimes: 'text' }, 'time', digits(3), 'VARCHAR(14)', 'String', ['TIME(3)', TEXT_MAX]],
    [{ sets: 'array' }, 'set', chars(7), 'ARRAY', 'String', ['VARCHAR(7)']],
    [{ narrowColumns: 'reject' }, 'bigint', {}, 'NUMBER(19,0)', 'Long', ['NUMBER(3,0)', 'VARCHAR(2)']],
    [
      { narrowColumns: 'reject' },
      'decimal',
      decimal(10, 4),
      'NUMBER(10,4)',
      'BigDecimal',
      ['NUMBER(5,1)', 'VARCHAR(3)'],
    ],
    [{ narrowColumns: 'reject' }, 'varchar', chars(9), 'VARCHAR(9)', 'String', ['VARCHAR(1)']],
    [{ narrowColumns: 'reject' }, 'binary', bytes(9), 'BINARY(9)', 'bytes', ['BINARY(1)', 'VARCHAR(1)']],
    [
      { narrowColumns: 'reject' },
      'datetime',
      digits(6),
      'TIMESTAMP_NTZ(6)',
      'LocalDateTime',
      ['TIMESTAMP_NTZ(0)', 'VARCHAR(5)'],
    ],
  ])('%o: %s %o becomes %s (%s), or goes into %o', (policies, dataType, more, own, java, wider) => {
    const source = mapped(column('c', dataType, more), policies);
    const [fitted] = ownTypes([source]);
    expect([fitted && snowflakeTypeSql(fitted.type), fitted?.encoder.java]).toEqual([own, java]);
    for (const type of [own, ...wider])
      expect(fitColumns([source], [target(type)]).incompatibilities).toEqual([]);
  });

  test('of narrow columns do not make another kind of type fit', () => {
    for (const [dataType, type] of [
      ['int', 'DATE'],
      ['varchar', 'NUMBER(38,0)'],
      ['double', 'NUMBER(38,0)'],
      ['timestamp', 'TIMESTAMP_NTZ(9)'],
      ['json', 'OBJECT'],
    ] as const) {
      const source = mapped(column('c', dataType), { narrowColumns: 'reject' });
      expect(fitColumns([source], [target(type)]).incompatibilities).toHaveLength(1);
    }
  });
});

test('each type has its SQL, too', () => {
  const names = FAMILIES.flatMap((family) => family.names);
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((name) => sqlFamilyOf(name) === undefined)).toEqual([]);
});
