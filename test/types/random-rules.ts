/**
 * When a value of MySQL and a value of Snowflake are the same: what snowflake-sdk must read back, as text, for what
 * a plain MySQL client reads. test/types/README.md lists the rules.
 */
export interface Rule {
  readonly about: string;
  /** How the test asks MySQL for a column. Texts and bytes come as hex, so that no client touches them. */
  readonly read: (quoted: string) => string;
  /** What Snowflake shows for it, after {@link Rule.seen}. */
  readonly shown: (source: string | number) => string | null;
  /** How the test asks Snowflake for a column; the column itself when not given. */
  readonly ask?: (quoted: string) => string;
  /** Brings a spelling of snowflake-sdk's into the form of `shown`; as it is when not given. */
  readonly seen?: (target: string) => string;
}

const asIs = (quoted: string): string => quoted;
const asText = (quoted: string): string => `CAST(${quoted} AS CHAR)`;
const asHex = (quoted: string): string => `HEX(CONVERT(${quoted} USING utf8mb4))`;
const ofHex = (hex: string | number): string => Buffer.from(String(hex), 'hex').toString('utf8');

/** A double as its 64 bits: clients spell the same number in several ways. */
function double(value: string | number): string {
  const buffer = Buffer.alloc(8);
  buffer.writeDoubleBE(Number(value));
  return buffer.toString('hex');
}

/** MySQL prints as many digits behind the second as the column has; Snowflake is asked for six. */
function sixDigits(value: string | number): string {
  const [seconds = '', fraction = ''] = String(value).split('.');
  return `${seconds}.${fraction.padEnd(6, '0')}`;
}

const hasZeroPart = (day: string): boolean => /^0000|-00/.test(day);

export const RULES = {
  digits: {
    about: 'Whole numbers and DECIMAL: exactly the digits that MySQL prints, with its whole scale.',
    read: asText,
    shown: String,
  },
  year: {
    about: 'YEAR: its number; MySQL prints the year zero as 0000.',
    read: asText,
    shown: (source) => String(Number(source)),
  },
  double: {
    about: 'FLOAT and DOUBLE: the same 64 bits; a FLOAT counts as the double that has its value.',
    read: asIs,
    shown: double,
    seen: double,
  },
  flag: {
    about: 'BIT(1), and TINYINT(1) by policy: TRUE for 1, FALSE for 0.',
    read: (quoted) => `CAST(${quoted} + 0 AS CHAR)`,
    shown: (source) => (String(source) === '1' ? 'TRUE' : 'FALSE'),
  },
  bits: {
    about: 'BIT(n): its unsigned number.',
    read: (quoted) => `CAST(${quoted} + 0 AS CHAR)`,
    shown: String,
  },
  text: {
    about:
      'Text, ENUM, SET, UUID and INET: the same characters, whatever the charset in MySQL, none of them normalized.',
    read: asHex,
    shown: ofHex,
  },
  labels: {
    about: 'SET by policy: an array of the labels that MySQL prints between commas.',
    read: asHex,
    shown: (source) => JSON.stringify(source === '' ? [] : ofHex(source).split(',')),
    ask: (quoted) => `TO_JSON(${quoted})`,
  },
  bytes: {
    about: 'BINARY, VARBINARY and BLOB: the same bytes, in hex; BINARY(n) with its padding zeros.',
    read: (quoted) => `HEX(${quoted})`,
    shown: String,
  },
  date: {
    about: 'DATE: the same day; NULL for a day with a zero in it.',
    read: asText,
    shown: (source) => (hasZeroPart(String(source)) ? null : String(source)),
  },
  time: {
    about: 'TIME: the same clock, with six fractional digits.',
    read: asText,
    shown: sixDigits,
  },
  printed: {
    about: 'TIME by policy: the text that MySQL prints.',
    read: asText,
    shown: String,
  },
  datetime: {
    about: 'DATETIME: the same wall clock, with six fractional digits; NULL for a zero in its day.',
    read: asText,
    shown: (source) => (hasZeroPart(String(source)) ? null : sixDigits(source)),
  },
  instant: {
    about: 'TIMESTAMP: the same instant, which both sides print in UTC, with six fractional digits.',
    read: asText,
    shown: (source) => `${sixDigits(source)} +0000`,
  },
  json: {
    about:
      'JSON: the same document: keys sorted, no blanks, strings without needless escapes, numbers digit by digit.',
    read: asHex,
    shown: (source) => canonicalJson(ofHex(source)),
    ask: (quoted) => `TO_JSON(${quoted})`,
  },
  point: {
    about: 'POINT: well-known text whose coordinates are the same doubles.',
    read: (quoted) => `HEX(ST_AsBinary(${quoted}))`,
    // Well-known binary: a byte for the order of the others, four for the kind, then the coordinates.
    shown: (source) => {
      const binary = Buffer.from(String(source), 'hex');
      return [5, 13].map((at) => double(binary.readDoubleLE(at))).join(' ');
    },
    seen: (target) =>
      target
        .replace(/^POINT\((.*)\)$/, '$1')
        .split(' ')
        .map(double)
        .join(' '),
  },
  vector: {
    about: 'VECTOR: an array of the doubles that have the values of its floats.',
    read: (quoted) => `HEX(${quoted})`,
    shown: (source) => {
      const floats = Buffer.from(String(source), 'hex');
      return Array.from({ length: floats.length / 4 }, (_, index) =>
        double(floats.readFloatLE(index * 4)),
      ).join();
    },
    ask: (quoted) => `TO_JSON(${quoted})`,
    seen: (target) => (JSON.parse(target) as number[]).map(double).join(),
  },
} as const satisfies Record<string, Rule>;

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*|true|false|null)|([{}[\],:]))/y;

/** Reads JSON on its own, since JSON.parse would make doubles of the numbers. */
function canonicalJson(text: string): string {
  TOKEN.lastIndex = 0;
  const next = (): string => {
    const [, string, word, mark] = TOKEN.exec(text) ?? [];
    return string === undefined ? (word ?? mark ?? '') : JSON.stringify(JSON.parse(string));
  };
  const value = (first: string): string => {
    if (first !== '{' && first !== '[') return first;
    const close = first === '{' ? '}' : ']';
    const parts: string[] = [];
    for (let token = next(); token !== close && token !== ''; token = next()) {
      if (token === ',') continue;
      if (first === '[') parts.push(value(token));
      else {
        next();
        parts.push(`${token}:${value(next())}`);
      }
    }
    if (first === '{') parts.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    return `${first}${parts.join(',')}${close}`;
  };
  return value(next());
}

const keyOf = (part: string): string => JSON.parse(/^"(?:[^"\\]|\\.)*"/.exec(part)?.[0] ?? '""') as string;
