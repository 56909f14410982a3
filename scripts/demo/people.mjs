// @ts-check
import { base, en, Faker, generateMersenne53Randomizer } from '@faker-js/faker';

/** Column names and types, in the order of the notebook's table. */
export const PEOPLE_COLUMNS = [
  ['ROW_INDEX', 'INT NOT NULL PRIMARY KEY'],
  ['USER_ID', 'VARCHAR(15) NOT NULL'],
  ['FIRST_NAME', 'VARCHAR(50) NOT NULL'],
  ['LAST_NAME', 'VARCHAR(50) NOT NULL'],
  ['SEX', 'VARCHAR(6) NOT NULL'],
  ['EMAIL', 'VARCHAR(120) NOT NULL'],
  ['PHONE', 'VARCHAR(30) NOT NULL'],
  ['DATE_OF_BIRTH', 'DATE NOT NULL'],
  ['JOB_TITLE', 'VARCHAR(100) NOT NULL'],
];

/**
 * A row in that order; the date is ISO text.
 *
 * @typedef {[number, string, string, string, string, string, string, string, string]} Person
 */

/** Raised whenever the same seed makes other rows, so that tables filled before are filled again. */
export const PEOPLE_VERSION = 1;

const DAY_MS = 86_400_000;
const FIRST_BIRTH = Date.UTC(1920, 0, 1);
const LAST_BIRTH = Date.UTC(2006, 11, 31);
const HEX = [...'0123456789abcdefABCDEF'];

/**
 * Every form of telephone number in the notebook's data; the letters stand for area, exchange and line.
 *
 * @type {((a: string, e: string, l: string) => string)[]}
 */
const PHONE_FORMS = [
  (a, e, l) => `${a}${e}${l}`,
  (a, e, l) => `${a}-${e}-${l}`,
  (a, e, l) => `(${a})${e}-${l}`,
  (a, e, l) => `${a}.${e}.${l}`,
  (a, e, l) => `+1-${a}-${e}-${l}`,
  (a, e, l) => `001-${a}-${e}-${l}`,
];
/** Digits of the extension after an `x`; 0 is none. A run of ten bare digits never has one. */
const EXTENSION_DIGITS = [0, 3, 4, 5];

/**
 * Rows as in the notebook's table, the same for the same seed, and the first n the same whatever the number of rows.
 *
 * Faker makes pools of names and jobs, and each row draws from them with Faker's own generator: a call of Faker for
 * each cell would take 20 times as long.
 *
 * @param {number} rows
 * @param {number} seed
 * @returns {Generator<Person, void, undefined>}
 */
export function* people(rows, seed) {
  const randomizer = generateMersenne53Randomizer(seed);
  const faker = new Faker({ locale: [en, base], randomizer });
  /** @type {<T>(size: number, make: (index: number) => T) => T[]} */
  const pool = (size, make) => Array.from({ length: size }, (_, index) => make(index));
  const firstNames = {
    Male: pool(1_000, () => named(faker.person.firstName('male'))),
    Female: pool(1_000, () => named(faker.person.firstName('female'))),
  };
  const lastNames = pool(1_000, () => named(faker.person.lastName()));
  const jobs = pool(500, () => faker.person.jobTitle());
  const domains = pool(100, () => `${faker.internet.domainWord()}.example`);
  const hexTriples = HEX.flatMap((a) => HEX.flatMap((b) => HEX.map((c) => a + b + c)));
  const births = pool((LAST_BIRTH - FIRST_BIRTH) / DAY_MS + 1, isoDay);

  const below = (/** @type {number} */ limit) => Math.floor(randomizer.next() * limit);
  /** @type {<T>(values: T[]) => T} */
  const draw = (values) => /** @type {any} */ (values[below(values.length)]);
  const digits = (/** @type {number} */ count) => String(below(10 ** count)).padStart(count, '0');
  const hex = () => draw(hexTriples);
  const phone = () => {
    const form = below(PHONE_FORMS.length);
    const number = PHONE_FORMS[form]?.(digits(3), digits(3), digits(4)) ?? '';
    const extension = form === 0 ? 0 : draw(EXTENSION_DIGITS);
    return extension === 0 ? number : `${number}x${digits(extension)}`;
  };

  for (let index = 1; index <= rows; index++) {
    const sex = below(2) === 0 ? 'Male' : 'Female';
    const first = draw(firstNames[sex]);
    const last = draw(lastNames);
    const email = `${first.mail}.${last.mail}${below(1_000)}@${draw(domains)}`;
    const id = hex() + hex() + hex() + hex() + hex();
    yield [index, id, first.name, last.name, sex, email, phone(), draw(births), draw(jobs)];
  }
}

/** @param {string} name */
function named(name) {
  return { name, mail: name.toLowerCase().replace(/[^a-z]/g, '') };
}

/** @param {number} day counted from the first */
function isoDay(day) {
  return new Date(FIRST_BIRTH + day * DAY_MS).toISOString().slice(0, 10);
}
