import { type DataType, fixed, text } from '../../catalog/data-type.ts';
import type { Call, Expression } from '../ast.ts';
import { cast } from '../bind/cast.ts';
import type { BoundQuery, ExpressionBinder, OutputColumn } from '../bind/expression-binder.ts';
import { GENERATED_ROW } from '../bind/scope.ts';
import { compilationError, unsupported } from '../error.ts';
import { tokensOf } from './text.ts';

/** Binds a function that stands in FROM. Its query may use the columns of what stands left of it. */
export function bindTableFunction(call: Call, binder: ExpressionBinder): BoundQuery {
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

function generator(call: Call, binder: ExpressionBinder): BoundQuery {
  const rows = argument(call, 'ROWCOUNT', 0);
  if (!rows) throw unsupported('GENERATOR without ROWCOUNT');
  const count = cast(binder.bind(rows), fixed(18, 0), binder.environment).sql;
  const sql = `SELECT range AS c1 FROM range(CAST(${count} AS BIGINT))`;
  return { sql, columns: [column(GENERATED_ROW, fixed(18, 0), false)] };
}

const column = (name: string, type: DataType, nullable = true): OutputColumn => ({ name, type, nullable });

/** One row for each element of an array or object; see json/entries.ts for the form they arrive in. */
function flatten(call: Call, binder: ExpressionBinder): BoundQuery {
  const input = argument(call, 'INPUT', 0);
  if (!input) throw compilationError('000938', '22023', 'FLATTEN needs INPUT');
  const mode = constant(argument(call, 'MODE', 4)) ?? 'BOTH';
  const recursive = constant(argument(call, 'RECURSIVE', 3)) === 'TRUE';
  const outer = constant(argument(call, 'OUTER', 2)) === 'TRUE';
  const pathArgument = argument(call, 'PATH', 1);
  const path = pathArgument ? cast(binder.bind(pathArgument), text(), binder.environment).sql : "''";
  const value = cast(binder.bind(input), { kind: 'VARIANT' }, binder.environment).sql;
  const entries = `sf_json_entries(${value}, ${path}, '${mode} ${recursive} ${outer}')`;
  const field = (place: number): string => `nullif(e[${place}], chr(29))`;
  return {
    sql: `SELECT CAST(1 AS DECIMAL(38,0)) AS c1, ${field(1)} AS c2, ${field(2)} AS c3, CAST(${field(3)} AS DECIMAL(38,0)) AS c4, ${field(4)} AS c5, ${field(5)} AS c6 FROM (SELECT string_split(unnest(string_split(nullif(${entries}, ''), chr(30))), chr(31)) AS e)`,
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

function split(call: Call, binder: ExpressionBinder): BoundQuery {
  const [value, separator] = call.arguments.map(
    (each) => cast(binder.bind(each.value), text(), binder.environment).sql,
  );
  if (!value) throw compilationError('000938', '22023', 'SPLIT_TO_TABLE needs a text');
  const parts =
    call.name.at(-1) === 'SPLIT_TO_TABLE'
      ? `string_split(${value}, ${separator ?? "' '"})`
      : tokensOf(value, separator ?? "' '");
  return {
    sql: `SELECT CAST(1 AS DECIMAL(38,0)) AS c1, CAST(generate_subscripts(${parts}, 1) AS DECIMAL(38,0)) AS c2, unnest(${parts}) AS c3`,
    columns: [
      column('SEQ', fixed(38, 0), false),
      column('INDEX', fixed(38, 0), false),
      column('VALUE', text()),
    ],
  };
}
