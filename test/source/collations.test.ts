import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Keyset } from '../../src/source/mysql/keyset.ts';
import { readTable } from '../../src/source/mysql/reader.ts';
import type { SourceBatch } from '../../src/source/row-feed.ts';
import { openTestSource, type TestSource } from './database.ts';

let mysql: TestSource;
/** Character set and name of each collation that the server has. */
let collations: (readonly [characterSet: string, collation: string])[];

beforeAll(async () => {
  mysql = await openTestSource();
  // MariaDB has collations of several sets, which get their whole name from a set.
  const name = mysql.isMariaDb ? 'FULL_COLLATION_NAME' : 'COLLATION_NAME';
  const rows = await mysql.source.query(
    `SELECT CHARACTER_SET_NAME, ${name} FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY
      WHERE CHARACTER_SET_NAME <> 'binary' ORDER BY 1, 2`,
  );
  collations = rows.map(([characterSet, collation]) => [String(characterSet), String(collation)]);
});

afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

/** Where collations differ: case, accents, letters of two characters, padding, what has two codes, beyond the BMP. */
const LETTERS =
  "a A b ä á à e é E ß s ss Z ö å æ œ ch c ll ñ ĳ ij ł ø þ ÿ € ı İ i I ő ü ~ ¥ \\ ＼ ‾ ｱ ア あ ァ 漢 字 中 文 ☆ 𝒳 🙂 e\u0301 \u00ad ' _ % 1 9 - .".split(
    ' ',
  );
const text = fc
  .array(fc.constantFrom(...LETTERS, ' ', '\t', '\0', '\n'), { maxLength: 4 })
  .map((letters) => letters.join(''));
/** Two bytes of an East Asian set; those that are no character make no row. */
const code = fc
  .tuple(fc.integer({ min: 0x81, max: 0xfe }), fc.integer({ min: 0x40, max: 0xfe }))
  .map(([lead, trail]) => lead.toString(16) + trail.toString(16));

interface Keys {
  readonly texts: readonly string[];
  readonly codes: readonly string[];
}

/** A table of these keys, alone or behind a number; values that are equal to the server are one row. */
async function filled(
  [characterSet, collation]: readonly [string, string],
  keys: Keys,
  type: string,
  composite: boolean,
): Promise<string> {
  const name = 'collated';
  const values = [
    ...keys.texts.map((value) => mysql.admin.escape(value)),
    ...keys.codes.map((bytes) => `CONVERT(x'${bytes}' USING ${characterSet})`),
  ];
  await mysql.execute(
    `DROP TABLE IF EXISTS ${name}`,
    `CREATE TABLE ${name} (n INT NOT NULL, g INT NOT NULL, k ${type} CHARACTER SET ${characterSet} COLLATE ${collation} NOT NULL,
       PRIMARY KEY (${composite ? 'k, g' : 'k'}))`,
    `INSERT IGNORE INTO ${name} VALUES ${values.map((value, n) => `(${n}, ${n % 2}, ${value})`).join()}`,
  );
  return name;
}

async function expectEveryRowOnce(name: string, batchRows: number): Promise<void> {
  const table = await mysql.describe(name);
  const keyset = new Keyset(table.key);
  const batches: SourceBatch[] = [];
  for await (const batch of readTable(mysql.source, { table, keyset, expressions: ['n'], batchRows })) {
    batches.push(batch);
    // A key that is looked for in the wrong place may lead round in a circle.
    if (batches.length > 200) break;
  }
  const paged = batches.flatMap(({ rows }) => rows.map(([n]) => n));
  const ordered = await mysql.source.query(`SELECT n FROM ${name} ORDER BY ${keyset.order}`);
  expect(ordered.length).toBeGreaterThan(0);
  const collation = table.columns.find(({ name: column }) => column === 'k')?.collation;
  expect(paged.slice(0, 100), `${collation}, pages of ${batchRows}`).toEqual(ordered.map(([n]) => n));
  for (const { lastKey, rows } of batches) {
    const found = await mysql.source.query(`SELECT n FROM ${name} WHERE ${keyset.is(lastKey)}`);
    expect(found, `${collation}, ${lastKey}`).toEqual([[rows.at(-1)?.[0]]]);
  }
}

/**
 * MySQL sorts these otherwise than it compares: measured with all texts of two bytes. The Czech ones have a control
 * character after itself; to the Thai one x'81E7' is larger than x'8140' and sorts before it.
 */
const TEXT_OUT_OF_ORDER = ['cp1250_czech_cs', 'latin2_czech_cs', 'tis620_thai_ci'];
/** The same for CHAR alone: x'6181' is smaller than x'61' and sorts after it. */
const CHAR_OUT_OF_ORDER = ['latin7_estonian_cs', 'latin7_general_ci', 'latin7_general_cs'];

const isOutOfOrder = (collation: string, type: string): boolean =>
  TEXT_OUT_OF_ORDER.includes(collation) ||
  (type.startsWith('CHAR') && (CHAR_OUT_OF_ORDER.includes(collation) || isMariaDbNoPad(collation)));

/** MySQL's names with 0900 are aliases of such collations in MariaDB. */
const isMariaDbNoPad = (collation: string): boolean => mysql.isMariaDb && /_nopad_|_0900_/.test(collation);

/** Sets that share the rules of their collations with utf8mb4, which represents them. */
const UNICODE = /^(utf8|utf8mb3|utf16|utf16le|utf32|ucs2)$/;

/** Every rule once: the languages of a family of collations in utf8mb4 alone, and of MariaDB's newest a few. */
function rules(): typeof collations {
  return collations.filter(([characterSet, collation]) =>
    UNICODE.test(characterSet)
      ? /_(general_ci|bin|unicode_ci|nopad_bin|uca1400_ai_ci)$/.test(collation)
      : !collation.includes('uca1400') ||
        /^utf8mb4_uca1400_(nopad_)?(as_cs|ai_ci)$|^utf8mb4_uca1400_(danish|german2|spanish2)_ai_ci$/.test(
          collation,
        ),
  );
}

async function expectNoKey(collation: string, type: string, why: string): Promise<void> {
  const [characterSet = ''] = collation.split('_');
  const keys = { texts: ['', '\n'], codes: [] };
  const { key } = await mysql.describe(await filled([characterSet, collation], keys, type, false));
  expect(() => new Keyset(key), collation).toThrow(
    expect.objectContaining({ code: 'SOURCE_NO_KEY', message: expect.stringContaining(why) }),
  );
}

describe('pages give each row once, in the order of the server', () => {
  test('in collations of every kind that the server has', async () => {
    const known = rules().map(([, collation]) => collation);
    for (const expected of [
      'latin1_swedish_ci',
      'latin1_german2_ci',
      'utf8mb4_bin',
      'gbk_chinese_ci',
      'sjis_japanese_ci',
      'utf16_general_ci',
      mysql.isMariaDb ? 'utf8mb4_uca1400_nopad_ai_ci' : 'utf8mb4_0900_ai_ci',
    ])
      expect(known).toContain(expected);
    const codes = ['815c', '8160', 'a1a1', 'a2a1', 'a2e8', '8790', '81e0', 'fa54', '879a', 'a15a', 'e0e0'];
    const keys = { texts: ['', ...LETTERS, 'a ', 'a\t', 'a\0', '\\a', 'ab'], codes };
    expect(known.length).toBeGreaterThan(120);
    for (const collation of rules().filter(([, name]) => !isOutOfOrder(name, 'VARCHAR(9)')))
      await expectEveryRowOnce(await filled(collation, keys, 'VARCHAR(9)', false), 7);
  }, 180_000);

  test('a CHAR that MariaDB sorts otherwise than it compares is no key', async () => {
    const names = collations.map(([, name]) => name);
    if (!mysql.isMariaDb) return expect(names.filter((name) => name.includes('_nopad_'))).toEqual([]);
    const nopad = names.filter((name) => name.endsWith('_nopad_ci'))[0] ?? '';
    // A server of an older version has none of MySQL's names.
    const newer = names.filter((name) => name.includes('_0900_')).slice(0, 2);
    for (const collation of [nopad, ...newer]) {
      await expectNoKey(collation, 'CHAR(9)', `k is CHAR in ${collation}, which MariaDB sorts otherwise`);
    }
  });

  test.each([
    ...TEXT_OUT_OF_ORDER.flatMap((collation) => [
      [collation, 'VARCHAR(9)'] as const,
      [collation, 'CHAR(9)'] as const,
    ]),
    ...CHAR_OUT_OF_ORDER.map((collation) => [collation, 'CHAR(9)'] as const),
  ])('a text in %s that is %s is no key', async (collation, type) => {
    await expectNoKey(collation, type, ` in ${collation}, `);
  });

  test('with random texts in random collations', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat().map((index) => index % collations.length),
        fc.array(text, { minLength: 5, maxLength: 60 }),
        fc.array(code, { maxLength: 30 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('CHAR(9)', 'VARCHAR(9)'),
        fc.boolean(),
        async (index, texts, codes, batchRows, type, composite) => {
          const collation = collations[index] ?? ['utf8mb4', 'utf8mb4_bin'];
          // They are rejected.
          fc.pre(!isOutOfOrder(collation[1], type));
          await expectEveryRowOnce(await filled(collation, { texts, codes }, type, composite), batchRows);
        },
      ),
      { numRuns: 60 },
    );
  });
});
