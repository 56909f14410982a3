import { text } from '../../catalog/data-type.ts';
import { cast } from '../bind/cast.ts';
import { truth, typed, whole } from '../bind/typed.ts';
import type { BoundCall, FunctionBuilder } from './bound-call.ts';

/** The argument as JSON text. */
function json(call: BoundCall, index: number): string {
  return cast(call.value(index), { kind: 'VARIANT' }, call.environment).sql;
}

const parse =
  (name: 'sf_json_parse' | 'sf_json_try_parse'): FunctionBuilder =>
  (call) => {
    call.arity(1);
    return typed(`${name}(${call.text(0)})`, { kind: 'VARIANT' });
  };

/** TYPEOF gives the name of the type inside a variant. */
const typeOf: FunctionBuilder = (call) => {
  call.arity(1);
  return call.result(`sf_json_type(${json(call, 0)})`, text());
};

const isKind =
  (...kinds: string[]): FunctionBuilder =>
  (call) => {
    call.arity(1);
    return truth(`(sf_json_type(${json(call, 0)}) IN (${kinds.map((kind) => `'${kind}'`).join(', ')}))`);
  };

const arrayConstruct: FunctionBuilder = (call) => {
  const items = call.values.map((_, index) => `coalesce(${json(call, index)}, 'null')`);
  return typed(`('[' || ${items.join(" || ',' || ") || "''"} || ']')`, { kind: 'ARRAY' }, false);
};

/** OBJECT_CONSTRUCT leaves out what is NULL; `keep` has it as null. */
const objectConstruct =
  (keep: boolean): FunctionBuilder =>
  (call) => {
    const pairs: string[] = [];
    const add = (key: string, value: string): void => {
      const pair = `to_json(${key}) || ':' || ${keep ? `coalesce(${value}, 'null')` : value}`;
      pairs.push(pair);
    };
    const [first] = call.call.arguments;
    if (first?.value.node === 'star') {
      for (const column of call.binder.scope.star(first.value)) {
        add(
          `'${column.name.replaceAll("'", "''")}'`,
          cast(column.value, { kind: 'VARIANT' }, call.environment).sql,
        );
      }
    } else {
      if (call.count % 2 === 1) call.arity(call.count + 1);
      for (let index = 0; index < call.count; index += 2) add(call.text(index), json(call, index + 1));
    }
    if (pairs.length === 0) return typed("'{}'", { kind: 'OBJECT' }, false);
    return typed(`('{' || concat_ws(',', ${pairs.join(', ')}) || '}')`, { kind: 'OBJECT' }, false);
  };

const get: FunctionBuilder = (call) => {
  call.arity(2);
  const key = call.value(1);
  const step =
    key.type.kind === 'FIXED'
      ? `CAST(${call.integer(1)} AS VARCHAR)`
      : `CAST(to_json(${call.text(1)}) AS VARCHAR)`;
  return typed(`sf_json_get(${json(call, 0)}, '[' || ${step} || ']')`, { kind: 'VARIANT' });
};

/** GET_PATH(value, 'a.b[0]') */
const getPath: FunctionBuilder = (call) => {
  call.arity(2);
  const steps = [...call.constant(1).matchAll(/"([^"]*)"|\[(\d+)\]|([^.[\]"]+)/g)].map(
    ([, quoted, index, plain]) => (index === undefined ? (quoted ?? plain ?? '') : Number(index)),
  );
  const path = JSON.stringify(steps).replaceAll("'", "''");
  return typed(`sf_json_get(${json(call, 0)}, '${path}')`, { kind: 'VARIANT' });
};

const as =
  (...kinds: string[]): FunctionBuilder =>
  (call) => {
    const list = kinds.map((kind) => `'${kind}'`).join(', ');
    const value = json(call, 0);
    return typed(`CASE WHEN sf_json_type(${value}) IN (${list}) THEN sf_json_text(${value}) END`, text());
  };

/** VARIANT, OBJECT and ARRAY. */
export const SEMI_STRUCTURED_FUNCTIONS: Readonly<Record<string, FunctionBuilder>> = {
  PARSE_JSON: parse('sf_json_parse'),
  TRY_PARSE_JSON: parse('sf_json_try_parse'),
  CHECK_JSON: (call) => typed(`sf_json_check(${call.text(0)})`, text()),
  TO_JSON: (call) => call.result(json(call, 0), text()),
  TO_ARRAY: (call) => {
    call.arity(1);
    const value = json(call, 0);
    return call.result(`CASE WHEN ${value}[1] = '[' THEN ${value} ELSE '[' || ${value} || ']' END`, {
      kind: 'ARRAY',
    });
  },
  TO_OBJECT: (call) => call.as(0, { kind: 'OBJECT' }),
  TYPEOF: typeOf,
  IS_ARRAY: isKind('ARRAY'),
  IS_OBJECT: isKind('OBJECT'),
  IS_BOOLEAN: isKind('BOOLEAN'),
  IS_INTEGER: isKind('INTEGER'),
  IS_DECIMAL: isKind('INTEGER', 'DECIMAL'),
  IS_DOUBLE: isKind('INTEGER', 'DECIMAL', 'DOUBLE'),
  IS_REAL: isKind('INTEGER', 'DECIMAL', 'DOUBLE'),
  IS_VARCHAR: isKind('VARCHAR'),
  IS_CHAR: isKind('VARCHAR'),
  IS_NULL_VALUE: isKind('NULL_VALUE'),
  AS_VARCHAR: as('VARCHAR'),
  AS_CHAR: as('VARCHAR'),
  ARRAY_CONSTRUCT: arrayConstruct,
  OBJECT_CONSTRUCT: objectConstruct(false),
  OBJECT_CONSTRUCT_KEEP_NULL: objectConstruct(true),
  OBJECT_KEYS: (call) => call.result(`sf_json_keys(${json(call, 0)})`, { kind: 'ARRAY' }),
  ARRAY_SIZE: (call) => whole(`sf_json_size(${json(call, 0)})::BIGINT`),
  ARRAY_CAT: (call) => {
    call.arity(2);
    const inner = (index: number): string => `nullif(${json(call, index)}[2:-2], '')`;
    return call.result(`('[' || concat_ws(',', ${inner(0)}, ${inner(1)}) || ']')`, { kind: 'ARRAY' });
  },
  ARRAY_APPEND: (call) => {
    call.arity(2);
    const inner = `nullif(${json(call, 0)}[2:-2], '')`;
    return call.result(`('[' || concat_ws(',', ${inner}, coalesce(${json(call, 1)}, 'null')) || ']')`, {
      kind: 'ARRAY',
    });
  },
  ARRAY_CONTAINS: (call) => {
    call.arity(2);
    return truth(`sf_json_contains(${json(call, 1)}, ${json(call, 0)})::BOOLEAN`);
  },
  ARRAY_TO_STRING: (call) => {
    call.arity(2);
    return typed(`sf_json_join(${json(call, 0)}, ${call.text(1)})`, text());
  },
  GET: get,
  GET_PATH: getPath,
  STRIP_NULL_VALUE: (call) => typed(`nullif(${json(call, 0)}, 'null')`, { kind: 'VARIANT' }),
};
