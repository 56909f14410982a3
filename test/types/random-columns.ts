import { isServer, type Server } from '../cases/server.ts';
import type { Random } from './random-numbers.ts';
import { RULES, type Rule } from './random-rules.ts';

/** A column that is filled at random. */
export interface RandomColumn {
  readonly name: string;
  readonly type: string;
  readonly rule: Rule;
  /** A value as a literal of MySQL. */
  readonly literal: (random: Random) => string;
  readonly policies?: Readonly<Record<string, string>>;
  readonly servers?: string;
}

/** One in so many values is NULL, and one in so many is an edge of its type. */
const NULLS = 25;
const EDGES = 10;

const power = (base: bigint, exponent: number): bigint => base ** BigInt(exponent);

function whole(from: bigint, to: bigint) {
  return (random: Random): string =>
    // Numbers of every length, not only of the longest.
    String(
      random.chance(EDGES)
        ? random.pick([from, to, from + 1n, to - 1n, 0n])
        : random.chance(2)
          ? random.big(from, to)
          : clamp(random.big(-999n, 999n), from, to),
    );
}

const clamp = (value: bigint, from: bigint, to: bigint): bigint =>
  value < from ? from : value > to ? to : value;

function signed(bits: number) {
  return whole(-power(2n, bits - 1), power(2n, bits - 1) - 1n);
}

function unsigned(bits: number) {
  return whole(0n, power(2n, bits) - 1n);
}

function decimal(precision: number, scale: number) {
  const most = power(10n, precision) - 1n;
  return (random: Random): string => {
    const digits = random.chance(EDGES) ? precision : random.int(1, precision);
    const value = random.chance(EDGES)
      ? random.pick([most, -most, 0n, 1n, -1n])
      : random.big(0n, power(10n, digits) - 1n);
    const text = String(value < 0n ? -value : value).padStart(scale + 1, '0');
    const point = text.length - scale;
    const sign = value < 0n || (value > 0n && random.chance(2)) ? '-' : '';
    return `${sign}${text.slice(0, point)}${scale === 0 ? '' : `.${text.slice(point)}`}`;
  };
}

/** Any 64 bits that are a number; with an exponent, since MySQL takes 0.1 for a DECIMAL. */
function double(random: Random): string {
  for (;;) {
    const value = random.chance(3)
      ? random.int(-1_000_000, 1_000_000) / 10 ** random.int(0, 6)
      : random.bytes(8).readDoubleBE();
    if (Number.isFinite(value)) return doubleLiteral(value);
  }
}

function float(random: Random): string {
  for (;;) {
    const value = random.chance(3)
      ? Math.fround(random.int(-1_000_000, 1_000_000) / 10 ** random.int(0, 6))
      : random.bytes(4).readFloatBE();
    if (Number.isFinite(value)) return doubleLiteral(value);
  }
}

function floats(random: Random): string {
  const bytes = Buffer.alloc(12);
  for (const at of [0, 4, 8]) bytes.writeFloatLE(Number(float(random)), at);
  return `x'${bytes.toString('hex')}'`;
}

function doubleLiteral(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return text.includes('e') ? text : `${text}e0`;
}

const SPECIAL = [
  '',
  ' ',
  'a ',
  '\0',
  '\\',
  "'",
  '"',
  '`',
  '\n\r\t\b',
  '\u007f',
  '\ufeff',
  '\ufffd',
  'NULL',
  '\\N',
  'ß',
  'é',
  'e\u0301',
];

function codePoint(random: Random): number {
  const [from, to] = random.pick([
    [0x20, 0x7e],
    [0, 0x1f],
    [0x80, 0x7ff],
    [0x800, 0xd7ff],
    [0xe000, 0xffff],
    [0x10000, 0x10ffff],
  ] as const);
  return random.int(from, to);
}

function characters(
  point: (random: Random) => number,
  most: number,
  charset: string,
  special: readonly string[] = [],
) {
  return (random: Random): string => {
    const points = random.times(most, () => point(random));
    const text =
      special.length > 0 && random.chance(EDGES) ? random.pick(special) : String.fromCodePoint(...points);
    // The server makes characters of its own charset of it as it stores it.
    return `CONVERT(_utf8mb4 x'${Buffer.from(text).toString('hex')}' USING ${charset})`;
  };
}

const within = (from: number, to: number) => (random: Random) => random.int(from, to);
const oneOf = (text: string) => (random: Random) =>
  (random.pick([...text]) as string).codePointAt(0) as number;

function binary(most: number) {
  return (random: Random): string => `x'${random.bytes(random.int(0, most)).toString('hex')}'`;
}

const two = (number: number): string => String(number).padStart(2, '0');

function day(random: Random): string {
  const edge = ['0001-01-01', '9999-12-31', '1970-01-01', '1582-10-10', '2000-02-29', '1900-02-28'];
  if (random.chance(EDGES)) return random.pick(edge);
  const date = new Date(0);
  // Day numbers from 0001-01-01 to 9999-12-31.
  date.setTime(random.int(-719_162, 2_932_896) * 86_400_000);
  return date.toISOString().slice(0, 10);
}

function zeroDay(random: Random): string {
  if (!random.chance(3)) return day(random);
  const year = random.pick(['0000', '2020', '1999']);
  return `${year}-${random.pick(['00', '01'])}-${random.pick(['00', '10'])}`;
}

function clock(random: Random, digits: number): string {
  if (random.chance(EDGES)) return random.pick(['00:00:00', '23:59:59', '12:00:00']);
  const time = [random.int(0, 23), random.int(0, 59), random.int(0, 59)].map(two).join(':');
  return digits === 0 ? time : `${time}.${String(random.int(0, 10 ** digits - 1)).padStart(digits, '0')}`;
}

function longTime(random: Random): string {
  const hours = random.int(0, 838);
  return `'${random.pick(['', '-'])}${two(hours)}:${two(random.int(0, 59))}:${two(random.int(0, 59))}'`;
}

function instant(digits: number) {
  return (random: Random): string => {
    const seconds = new Date(random.int(1, 2_147_483_647) * 1000)
      .toISOString()
      .slice(0, 19)
      .replace('T', ' ');
    const fraction = String(random.int(0, 10 ** digits - 1)).padStart(digits, '0');
    return `'${seconds}${digits === 0 ? '' : `.${fraction}`}'`;
  };
}

const LABELS = ['a', "it's", 'say "x"', 'b c', '漢字', '🙂', 'NULL', 'é'];
const ALL_LABELS = LABELS.map((label) => `'${label.replaceAll("'", "''")}'`).join(', ');

/** A document without numbers that one of the servers would print in another way: MySQL makes doubles of them. */
function json(random: Random, depth = 3): string {
  const leaf = () =>
    random.pick([
      () => String(random.big(-power(2n, 63), power(2n, 64) - 1n)),
      () => `${random.int(-9999, 9999)}.${random.int(1, 99)}5`,
      () => JSON.stringify(String.fromCodePoint(...random.times(6, () => codePoint(random)))),
      () => random.pick(['true', 'false', 'null', '""', '0', '[]', '{}']),
    ])();
  if (depth === 0 || random.chance(3)) return leaf();
  const items = random.times(4, () => json(random, depth - 1));
  if (random.chance(2)) return `[${items.join(', ')}]`;
  return `{${items.map((item, index) => `${JSON.stringify(`${random.pick(LABELS)}${index}`)}: ${item}`).join(', ')}}`;
}

const quoted = (make: (random: Random) => string) => (random: Random) => `'${make(random)}'`;

const { digits, text, bytes } = RULES;

const COLUMNS: readonly RandomColumn[] = [
  { name: 'n_tiny', type: 'TINYINT', rule: digits, literal: signed(8) },
  { name: 'u_tiny', type: 'TINYINT UNSIGNED', rule: digits, literal: unsigned(8) },
  { name: 'n_small', type: 'SMALLINT', rule: digits, literal: signed(16) },
  { name: 'u_small', type: 'SMALLINT UNSIGNED', rule: digits, literal: unsigned(16) },
  { name: 'n_medium', type: 'MEDIUMINT', rule: digits, literal: signed(24) },
  { name: 'u_medium', type: 'MEDIUMINT UNSIGNED', rule: digits, literal: unsigned(24) },
  { name: 'n_int', type: 'INT', rule: digits, literal: signed(32) },
  { name: 'u_int', type: 'INT UNSIGNED', rule: digits, literal: unsigned(32) },
  { name: 'n_big', type: 'BIGINT', rule: digits, literal: signed(64) },
  { name: 'u_big', type: 'BIGINT UNSIGNED', rule: digits, literal: unsigned(64) },
  { name: 'year', type: 'YEAR', rule: RULES.year, literal: whole(1901n, 2155n) },
  { name: 'd_1_0', type: 'DECIMAL(1,0)', rule: digits, literal: decimal(1, 0) },
  { name: 'd_9_9', type: 'DECIMAL(9,9)', rule: digits, literal: decimal(9, 9) },
  { name: 'd_18_4', type: 'DECIMAL(18,4)', rule: digits, literal: decimal(18, 4) },
  { name: 'd_38_0', type: 'DECIMAL(38,0)', rule: digits, literal: decimal(38, 0) },
  { name: 'd_38_30', type: 'DECIMAL(38,30)', rule: digits, literal: decimal(38, 30) },
  { name: 'd_65_30', type: 'DECIMAL(65,30)', rule: digits, literal: decimal(65, 30) },
  { name: 'f_float', type: 'FLOAT', rule: RULES.double, literal: float },
  { name: 'f_double', type: 'DOUBLE', rule: RULES.double, literal: double },
  { name: 'bit_1', type: 'BIT(1)', rule: RULES.flag, literal: whole(0n, 1n) },
  { name: 'bit_9', type: 'BIT(9)', rule: RULES.bits, literal: unsigned(9) },
  { name: 'bit_64', type: 'BIT(64)', rule: RULES.bits, literal: unsigned(64) },
  {
    name: 'flag',
    type: 'TINYINT(1)',
    rule: RULES.flag,
    literal: whole(0n, 1n),
    policies: { tinyint1: 'boolean' },
  },
  { name: 't_char', type: 'CHAR(20)', rule: text, literal: characters(codePoint, 20, 'utf8mb4', SPECIAL) },
  {
    name: 't_varchar',
    type: 'VARCHAR(50)',
    rule: text,
    literal: characters(codePoint, 50, 'utf8mb4', SPECIAL),
  },
  { name: 't_text', type: 'TEXT', rule: text, literal: characters(codePoint, 90, 'utf8mb4', SPECIAL) },
  {
    name: 't_utf8mb3',
    type: 'VARCHAR(20) CHARACTER SET utf8mb3',
    rule: text,
    literal: characters(within(0x800, 0xd7ff), 20, 'utf8mb3'),
  },
  {
    name: 't_latin1',
    type: 'VARCHAR(20) CHARACTER SET latin1',
    rule: text,
    literal: characters(within(0xa0, 0xff), 20, 'latin1', ['€', '', 'œ ']),
  },
  {
    name: 't_gbk',
    type: 'VARCHAR(20) CHARACTER SET gbk',
    rule: text,
    literal: characters(within(0x4e00, 0x9fa5), 20, 'gbk'),
  },
  {
    name: 't_sjis',
    type: 'VARCHAR(20) CHARACTER SET sjis',
    rule: text,
    literal: characters(oneOf('ソ表能予十あいうえおアイウｱｲｳ漢字ab~|'), 20, 'sjis'),
  },
  {
    name: 't_utf16',
    type: 'VARCHAR(20) CHARACTER SET utf16',
    rule: text,
    literal: characters(codePoint, 20, 'utf16'),
  },
  { name: 't_enum', type: `ENUM(${ALL_LABELS})`, rule: text, literal: whole(1n, BigInt(LABELS.length)) },
  { name: 't_set', type: `SET(${ALL_LABELS})`, rule: text, literal: unsigned(LABELS.length) },
  {
    name: 'a_set',
    type: `SET(${ALL_LABELS})`,
    rule: RULES.labels,
    literal: unsigned(LABELS.length),
    policies: { sets: 'array' },
  },
  { name: 'b_binary', type: 'BINARY(8)', rule: bytes, literal: binary(8) },
  { name: 'b_varbinary', type: 'VARBINARY(40)', rule: bytes, literal: binary(40) },
  { name: 'b_blob', type: 'BLOB', rule: bytes, literal: binary(90) },
  { name: 'date', type: 'DATE', rule: RULES.date, literal: quoted(day) },
  { name: 'date_zero', type: 'DATE', rule: RULES.date, literal: quoted(zeroDay) },
  { name: 'time_0', type: 'TIME', rule: RULES.time, literal: quoted((random) => clock(random, 0)) },
  { name: 'time_6', type: 'TIME(6)', rule: RULES.time, literal: quoted((random) => clock(random, 6)) },
  {
    name: 'time_text',
    type: 'TIME',
    rule: RULES.printed,
    literal: longTime,
    policies: { outOfDayTimes: 'text' },
  },
  {
    name: 'datetime_0',
    type: 'DATETIME',
    rule: RULES.datetime,
    literal: quoted((random) => `${day(random)} ${clock(random, 0)}`),
  },
  {
    name: 'datetime_3',
    type: 'DATETIME(3)',
    rule: RULES.datetime,
    literal: quoted((random) => `${zeroDay(random)} ${clock(random, 3)}`),
  },
  {
    name: 'datetime_6',
    type: 'DATETIME(6)',
    rule: RULES.datetime,
    literal: quoted((random) => `${day(random)} ${clock(random, 6)}`),
  },
  { name: 'ts_0', type: 'TIMESTAMP NULL', rule: RULES.instant, literal: instant(0) },
  { name: 'ts_6', type: 'TIMESTAMP(6) NULL', rule: RULES.instant, literal: instant(6) },
  {
    name: 'json',
    type: 'JSON',
    rule: RULES.json,
    literal: (random) => `CONVERT(_utf8mb4 x'${Buffer.from(json(random)).toString('hex')}' USING utf8mb4)`,
  },
  {
    name: 'point',
    type: 'POINT',
    rule: RULES.point,
    literal: (random) => `POINT(${double(random)}, ${double(random)})`,
  },
  {
    name: 'uuid',
    type: 'UUID',
    rule: text,
    literal: (random) => `'${random.bytes(16).toString('hex')}'`,
    servers: 'mariadb >= 10.7',
  },
  {
    name: 'inet6',
    type: 'INET6',
    rule: text,
    literal: (random) => `'${(random.bytes(16).toString('hex').match(/.{4}/g) ?? []).join(':')}'`,
    servers: 'mariadb >= 10.5',
  },
  { name: 'vector', type: 'VECTOR(3)', rule: RULES.vector, literal: floats, servers: 'mysql >= 9' },
];

/** The columns that a server can have. */
export function randomColumns(server: Server): readonly RandomColumn[] {
  return COLUMNS.filter(({ servers }) => servers === undefined || isServer(server, servers));
}

/** A value of the column, or NULL. */
export function randomLiteral(column: RandomColumn, random: Random): string {
  return random.chance(NULLS) ? 'NULL' : column.literal(random);
}
