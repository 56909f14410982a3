import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  canonicalName,
  decodeName,
  displayName,
  encodeName,
  splitQualified,
} from '../src/catalog/identifier.ts';
import { duckText } from '../src/store/duck-text.ts';
import type { Client } from './local.ts';
import { sessionOfFile } from './session-of-file.ts';

test('an encoding belongs to one name, and DuckDB cannot tell it apart by case', () => {
  const names = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constantFrom('', 'a', 'A', '$', '$61', 'A$', 'ROWID'),
  );
  fc.assert(
    fc.property(names, names, (a, b) => {
      expect(decodeName(encodeName(a))).toBe(a.toWellFormed?.() ?? a);
      if (a !== b) expect(encodeName(a).toLowerCase()).not.toBe(encodeName(b).toLowerCase());
      expect(encodeName(a)).toMatch(/^[A-Z0-9_$a-f]+$/);
    }),
  );
  expect(encodeName('PEOPLE_100K')).toBe('PEOPLE_100K');
});

test('a displayed name means the same name', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 10 }), (name) => {
      expect(canonicalName(displayName(name))).toBe(name);
    }),
  );
});

test.each([
  ['people', 'PEOPLE'],
  ['"People"', 'People'],
  ['""', ''],
  ['"a""b"', 'a"b'],
  ['c\\ 4', 'C 4'],
])('%s is %s', (sql, name) => {
  expect(canonicalName(sql)).toBe(name);
});

test.each(['"', '"a"b"', '', '1a', '"a'])('%s is no identifier', (sql) => {
  expect(() => canonicalName(sql)).toThrow(RangeError);
});

test('dotted names and texts', () => {
  expect(splitQualified('db."a.b".t')).toEqual(['DB', 'a.b', 'T']);
  expect(duckText("a'b")).toBe("'a''b'");
  expect(duckText('a\0b')).toBe("('a' || chr(0) || 'b')");
});

let client: Client;
sessionOfFile((session) => {
  ({ client } = session);
});

test('columns that differ only in case, the empty name, reserved words and any script', async () => {
  const names = ['A', 'a', '', ' ', 'ä日', '"', '$61', 'rowid', 'select', 'x.y', "it's", 'NOTNULL', 'c1'];
  const list = names.map((name) => `"${name.replaceAll('"', '""')}"`);
  await client.rows(`create table names (${list.map((name) => `${name} int`).join(', ')})`);
  await client.rows(
    `insert into names (${list.join(', ')}) values (${names.map((_, index) => index).join(', ')})`,
  );
  const columns = await client.columns('select * from names');
  expect(columns.map(({ name }) => name)).toEqual(names);
  for (const [index, name] of list.entries()) {
    expect(await client.value(`select names.${name} from names order by ${name}`)).toBe(String(index));
  }
  const described = await client.rows('describe table names');
  expect(described.map(([name]) => name)).toEqual(names);
});

test('tables, schemas and databases that differ only in case', async () => {
  await client.rows('create database "mixed"');
  await client.rows('create schema "mixed"."S"');
  await client.rows('create schema "mixed"."s"');
  for (const [schema, value] of [
    ['S', 1],
    ['s', 2],
  ] as const) {
    await client.rows(`create table "mixed"."${schema}"."t t" (v int)`);
    await client.rows(`create table "mixed"."${schema}"."T T" (v int)`);
    await client.rows(`insert into "mixed"."${schema}"."t t" values (${value})`);
  }
  expect(await client.value('select v from "mixed"."S"."t t"')).toBe('1');
  expect(await client.value('select v from "mixed"."s"."t t"')).toBe('2');
  expect(await client.value('select count(*) from "mixed"."s"."T T"')).toBe('0');
  expect(await client.value('select current_database()')).toBe('mixed');
  await client.rows('use schema local_db.public');
});
