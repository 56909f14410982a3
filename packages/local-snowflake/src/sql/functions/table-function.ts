import { type DataType, fixed, text } from '../../catalog/data-type.ts';
import type { Call, Expression } from '../ast.ts';
import type { Binder } from '../bind/binder.ts';
import type { BoundQuery, OutputColumn, RowFunction } from '../bind/bound-query.ts';
import { cast } from '../bind/cast.ts';
import { GENERATED_ROW } from '../bind/scope.ts';
import { compilationError, unsupported } from '../error.ts';
import { partsOf, tokensOf } from './text.ts';

/** Binds a function in FROM: a query of its own, or rows made of each row on its left. */
export function bindTableFunction(call: Call, binder: Binder): BoundQuery | RowFunction {
  const name = call.name.at(-1) as string;
  switch (name) {
    case 'GENERATOR':
      return generator(call, binder);
    case 'FLATTEN':
      return flatten(call, binder);
    case 'SPLIT_TO_TABLE':
    case 'STRTOK_SPLIT_TO_TABLE':
      return split(call, binder);
    case 'RESULT_SCAN':
      throw unsupported('RESULT_SCAN');
    default:
      throw compilationError('002141', '42601', `Unknown table function ${call.name.join('.')}`);
  }
}

function argument(call: Call, name: string, place: number): Expression | undefined {
  const named = call.arguments.find((each) => each.name === name);
  const positional = call.arguments[place];
  return named?.value ?? (positional?.name === null ? positional.value : undefined);
}

function generator(call: Call, binder: Binder): BoundQuery {
  const rows = argument(call, 'ROWCOUNT', 0);
  if (!rows) throw unsupported('GENERATOR without ROWCOUNT');
  const count = cast(binder.bind(rows), fixed(18, 0), binder.environment).sql;
  const sql = `SELECT range AS c1 FROM range(CAST(${count} AS BIGINT))`;
  return { sql, columns: [column(GENERATED_ROW, fixed(18, 0), false)] };
}

const column = (name: string, type: DataType, nullable = true): OutputColumn => ({ name, type, nullable });

/** One row for each element of an array or object; see json/flatten.ts for the form they arrive in. */
function flatten(call: Call, binder: Binder): RowFunction {
  const input = argument(call, 'INPUT', 0);
  if (!input) throw compilationError('000938', '22023', 'FLATTEN needs INPUT');
  const mode = constant(argument(call, 'MODE', 4)) ?? 'BOTH';
  const recursive = constant(argument(call, 'RECURSIVE', 3)) === 'TRUE';
  const outer = constant(argument(call, 'OUTER', 2)) === 'TRUE';
  const pathArgument = argument(call, 'PATH', 1);
  const path = pathArgument ? cast(binder.bind(pathArgument), text(), binder.environment).sql : "''";
  const value = cast(binder.bind(input), { kind: 'VARIANT' }, binder.environment).sql;
  const field = (place: number): string => `nullif(string_split(u, chr(31))[${place}], chr(29))`;
  const container = recursive
    ? `string_split(k, chr(30))[CAST(${field(5)} AS BIGINT)]`
    : `CASE WHEN ${field(5)} IS NOT NULL THEN k END`;
  return {
    prepared: `sf_json_entries(${value}, ${path}, '${mode} ${recursive} ${outer}')`,
    list: 'string_split(split_part(p, chr(28), 1), chr(30))',
    kept: 'split_part(p, chr(28), 2)',
    values: [
      'CAST(1 AS DECIMAL(38,0))',
      ...[field(1), field(2), `CAST(${field(3)} AS DECIMAL(38,0))`, field(4), container],
    ],
    columns: [
      column('SEQ', fixed(38, 0), false),
      column('KEY', text()),
      column('PATH', text()),
      column('INDEX', fixed(38, 0)),
      column('VALUE', { kind: 'VARIANT' }),
      column('THIS', { kind: 'VARIANT' }),
    ],
  };
}

function constant(expression: Expression | undefined): string | undefined {
  return expression?.node === 'literal' ? expression.value.toUpperCase() : undefined;
}

function split(call: Call, binder: Binder): RowFunction {
  const [value, separator] = call.arguments.map(
    (each) => cast(binder.bind(each.value), text(), binder.environment).sql,
  );
  if (!value) throw compilationError('000938', '22023', 'SPLIT_TO_TABLE needs a text');
  const parts = call.name.at(-1) === 'SPLIT_TO_TABLE' ? partsOf : tokensOf;
  return {
    prepared: parts(value, separator ?? "' '"),
    list: 'p',
    kept: 'generate_subscripts(p, 1)',
    values: ['CAST(1 AS DECIMAL(38,0))', 'CAST(k AS DECIMAL(38,0))', 'u'],
    columns: [
      column('SEQ', fixed(38, 0), false),
      column('INDEX', fixed(38, 0), false),
      column('VALUE', text()),
    ],
  };
}
