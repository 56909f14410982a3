import { type DataType, fixed, text } from '../../catalog/data-type.ts';
import { cast } from '../bind/cast.ts';
import { nullIf, once, onceEach } from '../bind/once.ts';
import { boundedBy } from '../bind/size-limit.ts';
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

/** An element of an array; SQL's NULL is not JSON's null there. */
function element(call: BoundCall, index: number): string {
  return `coalesce(${json(call, index)}, 'undefined')`;
}

const arrayConstruct: FunctionBuilder = (call) => {
  const items = call.values.map((_, index) => element(call, index));
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
    const object = `('{' || concat_ws(',', ${pairs.join(', ')}) || '}')`;
    return typed(pairs.length > 1 ? `sf_json_compact(${object})` : object, { kind: 'OBJECT' }, false);
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

/** AS_…: the value when it is of that type, else NULL. */
const as =
  (type: DataType, ...kinds: string[]): FunctionBuilder =>
  (call) => {
    call.arity(1, 3);
    const list = kinds.map((kind) => `'${kind}'`).join(', ');
    const fitting = once(
      json(call, 0),
      (value) => `CASE WHEN sf_json_type(${value}) IN (${list}) THEN ${value} END`,
    );
    return cast(typed(fitting, { kind: 'VARIANT' }), type, call.environment);
  };

const ARRAY: DataType = { kind: 'ARRAY' };
const OBJECT: DataType = { kind: 'OBJECT' };

/** A function of arrays, objects and whole numbers that is computed outside of DuckDB. */
const computed =
  (
    name: string,
    type: DataType,
    ...parameters: ('json' | 'element' | 'integer' | 'text')[]
  ): FunctionBuilder =>
  (call) => {
    call.arity(parameters.length);
    const values = parameters.map((parameter, index) => {
      if (parameter === 'element') return element(call, index);
      if (parameter === 'integer') return `CAST(${call.integer(index)} AS VARCHAR)`;
      return parameter === 'text' ? call.text(index) : json(call, index);
    });
    return typed(`${name}(${values.join(', ')})`, type);
  };

/** OBJECT_DELETE and OBJECT_PICK: an object and names, or an array of names. */
const attributes =
  (name: string): FunctionBuilder =>
  (call) => {
    call.arity(2, 1000);
    const names = call.values.slice(1).map((_, at) => `to_json(${call.text(at + 1)})`);
    const list =
      call.value(1).type.kind === 'ARRAY' ? json(call, 1) : `'[' || ${names.join(" || ',' || ")} || ']'`;
    return typed(`${name}(${json(call, 0)}, ${list})`, OBJECT);
  };

/** VARIANT, OBJECT and ARRAY. */
export const SEMI_STRUCTURED_FUNCTIONS: Readonly<Record<string, FunctionBuilder>> = {
  PARSE_JSON: parse('sf_json_parse'),
  TRY_PARSE_JSON: parse('sf_json_try_parse'),
  CHECK_JSON: (call) => typed(`sf_json_check(${call.text(0)})`, text()),
  TO_JSON: (call) => call.result(`sf_json_compact(${json(call, 0)})`, text()),
  TO_ARRAY: (call) => {
    call.arity(1);
    const sql = once(
      json(call, 0),
      (value) => `CASE WHEN ${value}[1] = '[' THEN ${value} ELSE '[' || ${value} || ']' END`,
    );
    return call.result(sql, { kind: 'ARRAY' });
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
  AS_VARCHAR: as(text(), 'VARCHAR'),
  AS_CHAR: as(text(), 'VARCHAR'),
  AS_BOOLEAN: as({ kind: 'BOOLEAN' }, 'BOOLEAN'),
  AS_INTEGER: as(fixed(38, 0), 'INTEGER'),
  AS_DOUBLE: as({ kind: 'REAL' }, 'INTEGER', 'DECIMAL', 'DOUBLE'),
  AS_REAL: as({ kind: 'REAL' }, 'INTEGER', 'DECIMAL', 'DOUBLE'),
  AS_ARRAY: as(ARRAY, 'ARRAY'),
  AS_OBJECT: as(OBJECT, 'OBJECT'),
  ARRAY_CONSTRUCT: arrayConstruct,
  OBJECT_CONSTRUCT: objectConstruct(false),
  OBJECT_CONSTRUCT_KEEP_NULL: objectConstruct(true),
  OBJECT_KEYS: (call) => call.result(`sf_json_keys(${json(call, 0)})`, { kind: 'ARRAY' }),
  ARRAY_SIZE: (call) => whole(`sf_json_size(${json(call, 0)})::BIGINT`),
  ARRAY_CAT: computed('sf_array_cat', ARRAY, 'json', 'json'),
  ARRAY_APPEND: (call) => {
    call.arity(2);
    return typed(`sf_array_cat(${json(call, 0)}, '[' || ${element(call, 1)} || ']')`, ARRAY);
  },
  ARRAY_PREPEND: (call) => {
    call.arity(2);
    return typed(`sf_array_cat('[' || ${element(call, 1)} || ']', ${json(call, 0)})`, ARRAY);
  },
  ARRAY_INSERT: computed('sf_array_insert', ARRAY, 'json', 'integer', 'element'),
  ARRAY_SLICE: computed('sf_array_slice', ARRAY, 'json', 'integer', 'integer'),
  ARRAY_COMPACT: computed('sf_array_compact', ARRAY, 'json'),
  ARRAY_CONSTRUCT_COMPACT: (call) => typed(`sf_array_compact(${arrayConstruct(call).sql})`, ARRAY, false),
  ARRAY_DISTINCT: computed('sf_array_distinct', ARRAY, 'json'),
  ARRAY_INTERSECTION: computed('sf_array_intersection', ARRAY, 'json', 'json'),
  ARRAY_EXCEPT: computed('sf_array_except', ARRAY, 'json', 'json'),
  ARRAYS_OVERLAP: (call) => {
    call.arity(2);
    return truth(`(sf_array_intersection(${json(call, 0)}, ${json(call, 1)}) <> '[]')`);
  },
  ARRAY_FLATTEN: computed('sf_array_flatten', ARRAY, 'json'),
  ARRAY_REVERSE: computed('sf_array_reverse', ARRAY, 'json'),
  ARRAY_MIN: computed('sf_array_min', { kind: 'VARIANT' }, 'json'),
  ARRAY_MAX: computed('sf_array_max', { kind: 'VARIANT' }, 'json'),
  ARRAY_SORT: (call) => {
    call.arity(1, 2);
    const ascending = call.count > 1 ? call.as(1, { kind: 'BOOLEAN' }).sql : 'true';
    return typed(`sf_array_sort(${json(call, 0)}, CAST(${ascending} AS VARCHAR))`, ARRAY);
  },
  ARRAY_POSITION: (call) => {
    call.arity(2);
    return whole(`CAST(sf_array_position(${json(call, 0)}, ${json(call, 1)}) AS BIGINT)`);
  },
  ARRAY_GENERATE_RANGE: (call) => {
    call.arity(2, 3);
    const step = call.count > 2 ? call.integer(2) : '1';
    const sql = onceEach([call.integer(0), call.integer(1), step], (from = '', to = '', by = '') => {
      const bytes = `8 * abs((${to}::DOUBLE - ${from}) / ${by})`;
      return `CAST(to_json(range(${from}, ${boundedBy(bytes, "'['", to)}, ${by})) AS VARCHAR)`;
    });
    return typed(sql, ARRAY);
  },
  OBJECT_INSERT: (call) => {
    call.arity(3, 4);
    const replaces = call.count > 3 ? call.as(3, { kind: 'BOOLEAN' }).sql : 'false';
    // What is NULL is left out.
    const sql = onceEach([json(call, 0), json(call, 2)], (object, value) => {
      const inserted = `sf_object_insert(${object}, ${call.text(1)}, ${value}, CAST(${replaces} AS VARCHAR))`;
      return `CASE WHEN ${value} IS NULL THEN ${object} ELSE ${inserted} END`;
    });
    return typed(sql, OBJECT);
  },
  OBJECT_DELETE: attributes('sf_object_delete'),
  OBJECT_PICK: attributes('sf_object_pick'),
  GET_IGNORE_CASE: computed('sf_json_get_any_case', { kind: 'VARIANT' }, 'json', 'text'),
  ARRAY_CONTAINS: (call) => {
    call.arity(2);
    return truth(`sf_json_contains(${json(call, 0)}, ${json(call, 1)})::BOOLEAN`);
  },
  ARRAY_TO_STRING: (call) => {
    call.arity(2);
    return typed(`sf_json_join(${json(call, 0)}, ${call.text(1)})`, text());
  },
  GET: get,
  GET_PATH: getPath,
  STRIP_NULL_VALUE: (call) => typed(nullIf(json(call, 0), "'null'"), { kind: 'VARIANT' }),
};
