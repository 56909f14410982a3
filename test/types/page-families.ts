import type { MySqlColumn } from '../../src/types/mysql-column.ts';

/** A column that stands for its type in docs/types.md. */
export interface Sample {
  /** As a person writes the type. */
  readonly mysql: string;
  readonly dataType: string;
  readonly more?: Partial<MySqlColumn>;
  /** The types as DDL has them, where that is not `mysql` itself. */
  readonly ddl?: readonly string[];
  /** The servers that have the type, as `isServer` reads them; all of them when not given. */
  readonly servers?: string;
}

/** A family as docs/types.md shows it; what cannot be computed is said here, a line for each trap. */
export interface FamilyPage {
  readonly title: string;
  readonly samples: readonly Sample[];
  readonly traps: readonly string[];
}

const sample = (
  mysql: string,
  dataType: string,
  more: Partial<MySqlColumn> = {},
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
    traps: [
      'TINYINT(1), BOOL and BOOLEAN hold −128 to 127, whatever the name says.',
      'The upper half of BIGINT UNSIGNED is beyond a Java long.',
      'The zeros of ZEROFILL are printed, not stored: they are not carried. The year zero, which MySQL prints as 0000, is 0.',
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
    traps: [
      'MySQL has 65 digits, Snowflake 38; MariaDB has 38 digits behind the point, Snowflake 37.',
      'The SDK rounds digits behind the point that the column lacks and says nothing: such values are rejected before it sees them.',
    ],
  },
  {
    title: 'FLOAT and DOUBLE',
    samples: [sample('FLOAT', 'float'), sample('DOUBLE', 'double')],
    traps: [
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
    traps: ['BIT(n) is an unsigned number of up to 64 bits, not bytes.'],
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
    traps: [
      'Every character set arrives as UTF-8. VARCHAR(n) counts characters on both sides, but 16 MB are bytes.',
      'MySQL takes the trailing spaces of a CHAR away when it is read; those of a VARCHAR are carried.',
      'The NUL character and characters beyond the BMP are carried; nothing is normalized.',
      'An ENUM travels as its label, not as its number. The error value of an ENUM is the empty text.',
      'Collations stay behind: the check compares smallest and largest by bytes.',
    ],
  },
  {
    title: 'SET',
    samples: [sample("SET('x','y')", 'set', chars(3))],
    traps: [
      'A label holds no comma, so the text is unambiguous. The empty set is the empty text, or an empty ARRAY.',
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
    traps: [
      'BINARY(n) keeps the zeros that MySQL fills it with.',
      'Into a VARCHAR only bytes go that are UTF-8: each value is looked at.',
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
    traps: [
      'MySQL has dates whose year, month or day is zero, and with ALLOW_INVALID_DATES also the 31st of February: the first go by a policy, a row with the second is rejected.',
      'TIME goes from −838:59:59 to 838:59:59.',
      'Snowflake [recommends years from 1582 to 9999](https://docs.snowflake.com/en/sql-reference/data-types-datetime) and takes some others. MySQL counts in today’s calendar for all years from 1000 on, as java.time does: a date before 1582-10-15 arrives as the same year, month and day.',
      'A DATETIME says no time zone and a TIMESTAMP is an instant, read in UTC: neither goes into the other’s type.',
      'The SDK cuts digits of a second that the column lacks and says nothing: such values are rejected before it sees them.',
      'Into a VARCHAR every value goes as MySQL prints it, zero dates and long times too.',
    ],
  },
  {
    title: 'JSON',
    samples: [sample('JSON', 'json')],
    traps: [
      'The document travels as text, so that its numbers keep their digits.',
      'MariaDB’s JSON is a LONGTEXT with a check: a LONGTEXT with json_valid counts as JSON, and its text may hold duplicate keys, which the SDK rejects by name.',
      'A VARIANT takes 64 bytes less than 16 MB.',
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
    traps: [
      'Well-known text, in the order in which MySQL stores the coordinates; the number of the reference system is not part of it.',
    ],
  },
  {
    title: 'VECTOR',
    samples: [sample('VECTOR(3)', 'vector', bytes(12), { servers: 'mysql >= 9, mariadb >= 11.7' })],
    traps: [
      'The floats are read from their bytes, since VECTOR_TO_STRING prints six digits of nine. NaN and the infinities have no place in an ARRAY: their rows are rejected.',
    ],
  },
];
