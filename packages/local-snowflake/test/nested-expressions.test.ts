import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Environment } from '../src/sql/bind/environment.ts';
import { QueryBinder } from '../src/sql/bind/query-binder.ts';
import { AGGREGATE_FUNCTIONS } from '../src/sql/functions/aggregate.ts';
import { CONDITIONAL_FUNCTIONS } from '../src/sql/functions/conditional.ts';
import { CONTEXT_FUNCTIONS } from '../src/sql/functions/context.ts';
import { CONVERSION_FUNCTIONS } from '../src/sql/functions/conversion.ts';
import { DATE_FUNCTIONS } from '../src/sql/functions/date.ts';
import { HASH_FUNCTIONS } from '../src/sql/functions/hash.ts';
import { NUMBER_FUNCTIONS } from '../src/sql/functions/number.ts';
import { FUNCTIONS } from '../src/sql/functions/registry.ts';
import { REGULAR_EXPRESSION_FUNCTIONS } from '../src/sql/functions/regular-expression.ts';
import { SEMI_STRUCTURED_FUNCTIONS } from '../src/sql/functions/semi-structured.ts';
import { TEXT_FUNCTIONS } from '../src/sql/functions/text.ts';
import { QueryParser } from '../src/sql/parse/query.ts';
import { TokenStream } from '../src/sql/token-stream.ts';
import type { Client } from './local.ts';
import { TEMPLATES } from './nested-templates.ts';
import { type LocalSession, sessionOfFile } from './session-of-file.ts';

/** The columns of the one table: their values in three rows. */
const COLUMNS = {
  N: ['5::int', '0::int', 'null::int'],
  D: ['2.50::number(10,2)', '-1.25::number(10,2)', 'null::number(10,2)'],
  F: ['0.75::float', '-3::float', 'null::float'],
  S: ["'Ab, cd'", "''", 'null::varchar'],
  B: ['true', 'false', 'null::boolean'],
  T: [
    "'2024-02-29 13:14:15.123456789'::timestamp_ntz",
    "'1969-12-31 23:59:59'::timestamp_ntz",
    'null::timestamp_ntz',
  ],
  Z: [
    "'2024-01-31 13:14:15.5 +05:30'::timestamp_tz",
    "'1970-01-01 00:00:00 -08:00'::timestamp_tz",
    'null::timestamp_tz',
  ],
  L: ["'2024-06-30 01:02:03'::timestamp_ltz", "'1970-01-01 00:00:00'::timestamp_ltz", 'null::timestamp_ltz'],
  DA: ["'2024-02-29'::date", "'1970-01-01'::date", 'null::date'],
  TI: ["'13:14:15.5'::time", "'00:00:00'::time", 'null::time'],
  V: [`parse_json('{"a": {"a": 1}, "b": [1]}')`, "parse_json('[3, null, 1]')", 'null::variant'],
  A: ["array_construct(1, 'x', [2])", 'array_construct()', 'null::array'],
  O: ["object_construct('a', 1)", 'object_construct()', 'null::object'],
  X: ["to_binary('00ff')", "to_binary('')", 'null::binary'],
} as const;

/** Functions without an operand that could be nested, or whose operand is all rows. */
const WITHOUT_OPERAND = new Set([
  ...Object.keys(AGGREGATE_FUNCTIONS),
  ...Object.keys(CONTEXT_FUNCTIONS).filter((name) =>
    /^(CURRENT|LAST|LOCAL|SYS|GETDATE|SEQ|RANDOM$)/.test(name),
  ),
]);

function nested(column: string, template: string, depth: number): string {
  let expression: string = column;
  for (let level = 0; level < depth; level++) expression = `(${template.replaceAll('@', expression)})`;
  return expression;
}

/** Operands that a template names more than once are nested so often that its own text grows exponentially. */
const once = TEMPLATES.filter(([, template]) => template.split('@').length === 2);

const TABLE = `(select ${Object.keys(COLUMNS)
  .map((name, at) => `column${at + 1} as ${name}`)
  .join(', ')} from values ${[0, 1, 2]
  .map(
    (row) =>
      `(${Object.values(COLUMNS)
        .map((values) => values[row])
        .join(', ')})`,
  )
  .join(', ')})`;

describe('the translation of nested expressions', () => {
  const environment = {
    catalog: { functions: () => [] },
    database: 'D',
    schema: 'S',
    timezone: 'America/New_York',
    parameter: () => 'YYYY-MM-DD HH24:MI:SS.FF9 TZHTZM',
    bind: () => undefined,
    now: 0,
  } as unknown as Environment;

  const translated = (expression: string): number => {
    const source = 'with t as (select n, b from values (1, true) as t(n, b)) ';
    const columns = Object.keys(COLUMNS).map((name, at) => `column${at + 1} as ${name}`);
    const row = Object.values(COLUMNS).map((values) => values[0]);
    const sql = `${source} select ${expression} from (select ${columns.join(', ')} from values (${row.join(', ')}))`;
    return new QueryBinder(environment, FUNCTIONS).bind(new QueryParser(new TokenStream(sql)).query()).sql
      .length;
  };

  test.each(once.filter(([, template]) => !/square_of|query_of/.test(template)))(
    '%s: %s',
    (column, template) => {
      const [none = 0, ten = 0, twenty = 0] = [0, 10, 20].map((depth) =>
        translated(nested(column, template, depth)),
      );
      expect(twenty - ten).toBeLessThan(1.3 * (ten - none) + 200);
    },
  );

  test('every function is among them', () => {
    const used = new Set(
      TEMPLATES.flatMap(([, template]) =>
        [...template.matchAll(/(\w+)\(/g)].map(([, name = '']) => name.toUpperCase()),
      ),
    );
    const families = [
      ...[CONDITIONAL_FUNCTIONS, CONTEXT_FUNCTIONS, CONVERSION_FUNCTIONS, DATE_FUNCTIONS, HASH_FUNCTIONS],
      ...[NUMBER_FUNCTIONS, REGULAR_EXPRESSION_FUNCTIONS, SEMI_STRUCTURED_FUNCTIONS, TEXT_FUNCTIONS],
    ];
    const known = families.flatMap((family) => Object.keys(family));
    expect(known.filter((name) => !used.has(name) && !WITHOUT_OPERAND.has(name))).toEqual([]);
  });
});

describe('nested expressions', () => {
  let emulator: LocalSession['emulator'];
  let client: Client;
  sessionOfFile(async (session) => {
    ({ emulator, client } = session);
    await client.rows("alter session set timezone = 'America/New_York'");
    await client.rows(`create table t as select * from ${TABLE}`);
    await client.rows('create function square_of(k int) returns int as $$ k * k + k $$');
    await client.rows(
      'create function query_of(k int) returns int as $$ select max(n) + k * k + k from t $$',
    );
  });

  test.each(TEMPLATES)('%s: three levels give what three steps give: %s', async (column, template) => {
    const step = (operand: string, result: string, from: string): string =>
      `(select *, ${template.replaceAll('@', operand)} as ${result} from ${from})`;
    const three = step('r2', 'r3', step('r1', 'r2', step(column, 'r1', 't')));
    const byLevels = await client.rows(`select to_varchar(${nested(column, template, 3)}) from t`);
    const bySteps = await client.rows(`select to_varchar(r3) from ${three}`);
    expect(byLevels).toEqual(bySteps);
  });

  test('of depth 20 are computed, and the process stays small', async () => {
    for (const [column, template] of once) {
      if (/query_of|select/.test(template)) continue;
      const rows = await client
        .rows(`select ${nested(column, template, 20)} from t`)
        .catch((error: Error) => error.message);
      expect([template, rows]).toEqual([template, expect.any(Array)]);
    }
    expect(highWater()).toBeLessThan(1200);
  }, 600_000);

  /** The most memory that the process had, in MiB. */
  function highWater(): number {
    const status = readFileSync(`/proc/${emulator.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }
});
