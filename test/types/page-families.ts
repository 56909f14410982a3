import type { SourceColumn } from '../../src/types/source-column.ts';

/** A column that represents its type in docs/types.md. */
export interface Sample {
  /** As a person writes the type. */
  readonly mysql: string;
  readonly dataType: string;
  readonly more?: Partial<SourceColumn>;
  /** The types as DDL has them, where that is not `mysql` itself. */
  readonly ddl?: readonly string[];
  /** The servers that have the type, as `isServer` reads them; all of them when not given. */
  readonly servers?: string;
}

/** A family as docs/types.md shows it; what cannot be computed is written here, a line for each pitfall. */
export interface FamilyPage {
  readonly title: string;
  readonly samples: readonly Sample[];
  readonly pitfalls: readonly string[];
}

const sample = (
  mysql: string,
  dataType: string,
  more: Partial<SourceColumn> = {},
  server: Pick<Sample, 'ddl' | 'servers'> = {},
): Sample => ({
  mysql,
  dataType,
  more: { columnType: mysql.toLowerCase(), ...more },
  ...server,
});
const unsigned = { unsigned: true };
const chars = (characterLength: number) => ({ characterLength, octetLength: characterLength * 4 });
const bytes = (octetLength: number) => ({ characterLength: octetLength, octetLength });
const digits = (datetimePrecision: number) => ({ datetimePrecision });
const decimal = (numericPrecision: number, numericScale: number) => ({ numericPrecision, numericScale });

export const FAMILY_PAGES: readonly FamilyPage[] = [
  {
    title: 'Whole numbers',
    samples: [
      sample('TINYINT', 'tinyint'),
      sample('TINYINT(1)', 'tinyint'),
      sample('SMALLINT', 'smallint'),
      sample('MEDIUMINT', 'mediumint'),
      sample('MEDIUMINT UNSIGNED', 'mediumint', unsigned),
      sample('INT', 'int'),
      sample('BIGINT', 'bigint'),
      sample('BIGINT UNSIGNED', 'bigint', unsigned),
      sample('YEAR', 'year'),
    ],
    pitfalls: [
      'TINYINT(1), BOOL and BOOLEAN hold −128 to 127, whatever the name says.',
      'The upper half of BIGINT UNSIGNED is beyond a Java long.',
      'The zeros of ZEROFILL are printed, not stored: they are not loaded. The year zero, which MySQL prints as 0000, is 0.',
    ],
  },
  {
    title: 'DECIMAL',
    samples: [
      sample('DECIMAL(10,4)', 'decimal', decimal(10, 4)),
      sample('DECIMAL(38,37)', 'decimal', decimal(38, 37), { servers: 'mariadb' }),
      sample('DECIMAL(38,38)', 'decimal', decimal(38, 38), { servers: 'mariadb' }),
      sample('DECIMAL(65,30)', 'decimal', decimal(65, 30)),
    ],
    pitfalls: [
      'MySQL has 65 digits, Snowflake 38; MariaDB has 38 fractional digits, Snowflake 37.',
      'The SDK silently rounds fractional digits beyond the column’s scale: such values are rejected before it sees them.',
    ],
  },
  {
    title: 'FLOAT and DOUBLE',
    samples: [sample('FLOAT', 'float'), sample('DOUBLE', 'double')],
    pitfalls: [
      'MySQL prints a FLOAT with six digits and stores more: it is read as the DOUBLE that has its value.',
      'Two servers print one double in several ways, so a sum of hashes cannot compare it.',
    ],
  },
  {
    title: 'BIT',
    samples: [
      sample('BIT(1)', 'bit', { numericPrecision: 1 }),
      sample('BIT(8)', 'bit', { numericPrecision: 8 }),
    ],
    pitfalls: ['BIT(n) is an unsigned number of up to 64 bits, not bytes.'],
  },
  {
    title: 'Texts',
    samples: [
      sample('CHAR(5)', 'char', chars(5)),
      sample('VARCHAR(255)', 'varchar', chars(255)),
      sample('TEXT', 'text', chars(65_535)),
      sample('LONGTEXT', 'longtext', chars(4_294_967_295)),
      sample('ENUM(…)', 'enum', chars(3), { ddl: ["ENUM('a','abc')"] }),
      sample('UUID', 'uuid', {}, { servers: 'mariadb >= 10.7' }),
      sample('INET4', 'inet4', {}, { servers: 'mariadb >= 10.10' }),
      sample('INET6', 'inet6', {}, { servers: 'mariadb' }),
    ],
    pitfalls: [
      'Every character set arrives as UTF-8. VARCHAR(n) counts characters on both sides, but 16 MB are bytes.',
      'MySQL strips the trailing spaces of a CHAR when it is read; those of a VARCHAR are loaded.',
      'The NUL character and characters beyond the BMP are loaded; nothing is normalized.',
      'An ENUM is loaded as its label, not as its number. The error value of an ENUM is the empty text.',
      'Collations are not transferred: the check compares smallest and largest by bytes.',
    ],
  },
  {
    title: 'SET',
    samples: [sample("SET('x','y')", 'set', chars(3))],
    pitfalls: [
      'A label contains no comma, so the text is unambiguous. The empty set is the empty text, or an empty ARRAY.',
    ],
  },
  {
    title: 'Bytes',
    samples: [
      sample('BINARY(16)', 'binary', bytes(16)),
      sample('VARBINARY(255)', 'varbinary', bytes(255)),
      sample('BLOB', 'blob', bytes(65_535)),
      sample('LONGBLOB', 'longblob', bytes(4_294_967_295)),
    ],
    pitfalls: [
      'BINARY(n) keeps the zeros that MySQL fills it with.',
      'Into a VARCHAR only valid UTF-8 is loaded: each value is checked.',
    ],
  },
  {
    title: 'Dates and times',
    samples: [
      sample('DATE', 'date'),
      sample('TIME', 'time'),
      sample('TIME(3)', 'time', digits(3)),
      sample('DATETIME(6)', 'datetime', digits(6)),
      sample('TIMESTAMP', 'timestamp'),
      sample('TIMESTAMP(6)', 'timestamp', digits(6)),
    ],
    pitfalls: [
      'MySQL has dates whose year, month or day is zero, and with ALLOW_INVALID_DATES also the 31st of February: a policy handles the first, a row with the second is rejected.',
      'TIME ranges from −838:59:59 to 838:59:59.',
      'Snowflake [recommends years from 1582 to 9999](https://docs.snowflake.com/en/sql-reference/data-types-datetime) and accepts some others. MySQL uses the Gregorian calendar for all years from 1000 on, as java.time does: a date before 1582-10-15 arrives as the same year, month and day.',
      'A DATETIME has no time zone and a TIMESTAMP is an instant, read in UTC: neither is compatible with the other’s type.',
      'The SDK silently truncates fractional seconds beyond the column’s precision: such values are rejected before it sees them.',
      'Into a VARCHAR every value is loaded as MySQL prints it, including zero dates and long times.',
    ],
  },
  {
    title: 'JSON',
    samples: [sample('JSON', 'json')],
    pitfalls: [
      'The document is sent as text, so that its numbers keep their digits.',
      'MariaDB’s JSON is a LONGTEXT with a check: a LONGTEXT with json_valid counts as JSON, and its text may have duplicate keys, which the SDK rejects by name.',
      'A VARIANT holds 64 bytes less than 16 MB.',
    ],
  },
  {
    title: 'Geometry',
    samples: [
      sample(
        'GEOMETRY, POINT, …',
        'geometry',
        {},
        {
          ddl: [
            ...['GEOMETRY', 'POINT', 'LINESTRING', 'POLYGON', 'MULTIPOINT'],
            ...['MULTILINESTRING', 'MULTIPOLYGON', 'GEOMETRYCOLLECTION'],
          ],
        },
      ),
    ],
    pitfalls: [
      'Well-known text, in the order in which MySQL stores the coordinates; the number of the reference system is not part of it.',
    ],
  },
  {
    title: 'VECTOR',
    samples: [sample('VECTOR(3)', 'vector', bytes(12), { servers: 'mysql >= 9, mariadb >= 11.7' })],
    pitfalls: [
      'The floats are read from their bytes, since VECTOR_TO_STRING prints six digits of nine. An ARRAY cannot hold NaN and the infinities: their rows are rejected.',
    ],
  },
];
