import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICIES, POLICY_CHOICES, type PolicyName } from '../../src/types/policy.ts';
import { rsaForms } from './keys.ts';
import { failure, load, workspace } from './workspace.ts';

const ENV = {
  MYSQL_HOST: '127.0.0.1',
  MYSQL_USER: 'reader',
  MYSQL_DATABASE: 'shop',
  SNOWFLAKE_ACCOUNT: 'a',
  SNOWFLAKE_USER: 'u',
  SNOWFLAKE_PRIVATE_KEY: rsaForms().base64,
  SNOWFLAKE_DATABASE: 'DB',
  SNOWFLAKE_SCHEMA: 'S',
};
const NAMES = Object.keys(POLICY_CHOICES) as PolicyName[];
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const variable = (name: string) => `SNOWSTREAM_${name.replace(/[A-Z]/g, (l) => `_${l}`).toUpperCase()}`;

function policiesOf(file: object, flags: object = {}, env: Record<string, string> = {}) {
  using at = workspace({ 'snowstream.json': file });
  const [table] = load(at, { flags: { ...flags }, env: { ...ENV, ...env } }).tables;
  if (table === undefined) throw new Error('no table');
  return { table: table.policies.table, columns: Object.fromEntries(table.policies.columns) };
}

function lineOf(file: object, flags: object = {}): string {
  using at = workspace({ 'snowstream.json': file });
  return failure(at, { flags: { ...flags }, env: ENV }).message;
}

const tables = (policies: unknown) => ({ tables: [{ source: 't', policies }] });

describe('policies', () => {
  it('are those of the table of policies when nobody names any', () => {
    expect(policiesOf({ tables: [{ source: 't' }] })).toEqual({ table: DEFAULT_POLICIES, columns: {} });
    for (const name of NAMES) expect(DEFAULT_POLICIES[name]).toBe(POLICY_CHOICES[name][0]);
  });

  it.each(NAMES)('%s of a run comes from a flag, the environment or the file', (name) => {
    const choice = POLICY_CHOICES[name][1];
    const expected = { ...DEFAULT_POLICIES, [name]: choice };
    const file = { tables: [{ source: 't' }] };
    expect(policiesOf(file, { [name]: choice }).table).toEqual(expected);
    expect(policiesOf(file, {}, { [variable(name)]: choice }).table).toEqual(expected);
    expect(policiesOf({ ...file, [name]: choice }).table).toEqual(expected);
  });

  it('of a table go before those of the run, whatever source those have', () => {
    const file = { ...tables({ zeroDates: 'epoch', sets: 'array' }), oversized: 'null' };
    expect(policiesOf(file, { zeroDates: 'reject' })).toEqual({
      table: { ...DEFAULT_POLICIES, zeroDates: 'epoch', sets: 'array', oversized: 'null' },
      columns: {},
    });
  });

  it('of a column stand beside those of its table, by the name in lower case', () => {
    const columns = { Born: { zeroDates: 'epoch' }, flag: { tinyint1: 'boolean', zeroDates: 'reject' } };
    expect(policiesOf(tables({ columns, tinyint1: 'number' }), { zeroDates: 'reject' })).toEqual({
      table: { ...DEFAULT_POLICIES, zeroDates: 'reject' },
      columns: { born: { zeroDates: 'epoch' }, flag: { tinyint1: 'boolean', zeroDates: 'reject' } },
    });
  });

  it('of one table are none of the other', () => {
    using at = workspace({
      'snowstream.json': { tables: [{ source: 'a', policies: { sets: 'array' } }, { source: 'b' }] },
    });
    const [one, other] = load(at, { env: ENV }).tables;
    expect([one?.policies.table.sets, other?.policies.table.sets]).toEqual(['array', 'text']);
  });

  it.each(NAMES)('%s refuses what is no choice of it, with the place', (name) => {
    const file = { tables: [{ source: 't' }] };
    const choices = POLICY_CHOICES[name].join('|').replaceAll('|', '.*');
    expect(lineOf(file, { [name]: 'other' })).toMatch(
      new RegExp(`^--${kebab(name)} must be .*${choices}.*, not "other"$`),
    );
    expect(lineOf(tables({ [name]: 'other' }))).toMatch(
      new RegExp(`^tables\\[0\\]\\.policies\\.${name} in snowstream\\.json must be .*, not "other"$`),
    );
    expect(lineOf(tables({ columns: { c: { [name]: 'other' } } }))).toMatch(
      new RegExp(
        `^tables\\[0\\]\\.policies\\.columns\\.c\\.${name} in snowstream\\.json must be .*, not "other"$`,
      ),
    );
  });

  it.each<[unknown, string]>([
    [{ zeroDate: 'epoch' }, 'tables[0].policies.zeroDate in snowstream.json is not a setting'],
    [
      { columns: { born: { zeroDate: 'epoch' } } },
      'tables[0].policies.columns.born.zeroDate in snowstream.json is not a setting',
    ],
    [
      'epoch',
      'tables[0].policies in snowstream.json must be an object such as {"zeroDates": "epoch"}, not "epoch"',
    ],
    [
      { columns: { born: 'epoch' } },
      'tables[0].policies.columns.born in snowstream.json must be an object such as {"zeroDates": "epoch"}, not "epoch"',
    ],
  ])('%j is refused with the place', (policies, line) => {
    expect(lineOf(tables(policies))).toBe(line);
  });
});
