import { close, exact, type Family, unsupported } from './case.ts';

const CAR = `select parse_json('{"customer":[{"name":"Joyce","phone":"16504378889"}],"date":"2017-04-28","dealership":"Valley View","Vehicle":{"price":20275.00,"extras":["ext","paint"]},"zero":0}') as src`;

export const SEMI_STRUCTURED: Family = {
  title: 'Semi-structured data',
  cases: [
    exact(
      'VARIANT, OBJECT and ARRAY as they are printed',
      [
        `select parse_json('{"b":[1,2.50,"x"],"a":{},"c":[]}')`,
        '{\n  "a": {},\n  "b": [\n    1,\n    2.50,\n    "x"\n  ],\n  "c": []\n}',
      ],
      [
        "select parse_json('1e1'), parse_json('-0.5e-3'), parse_json('12345678901234567890123456789012345678'), parse_json('\"a\\\\nb\"'), parse_json('true'), parse_json('null')",
        [
          [
            '1.000000000000000e+01',
            '-5.000000000000000e-04',
            '12345678901234567890123456789012345678',
            '"a\\nb"',
            'true',
            'null',
          ],
        ],
      ],
      [
        "select 1.5::float::variant::varchar, parse_json('1e20')::varchar, parse_json('1e-5')::varchar, parse_json('1e2')::int, parse_json('0.5')::float",
        [['1.5', '1e+20', '1e-05', '100', '0.5']],
      ],
      ['select 1.5::float::variant, 1.5::variant, true::variant', [['1.500000000000000e+00', '1.5', 'true']]],
    ),
    exact(
      'PARSE_JSON, TRY_PARSE_JSON, CHECK_JSON',
      [
        `select to_json(parse_json('{a: 1, $b_2: {c:[NULL, undefined, True]}, "d": undefined}')), parse_json('undefined'), typeof(parse_json('NULL')), to_varchar(parse_json('-Infinity')), parse_json('[Infinity, 1]')[0]::float::varchar, try_parse_json('NaN')`,
        [['{"$b_2":{"c":[null,undefined,true]},"a":1}', null, 'NULL_VALUE', '-inf', 'inf', null]],
      ],
      [
        "select try_parse_json('{1: 2}'), try_parse_json('{a b: 2}'), try_parse_json('constructor'), check_json('nope')",
        [[null, null, null, 'Error parsing JSON: unknown keyword "nope", pos 5']],
      ],
      [
        `select parse_json(''), parse_json(null), try_parse_json('{bad'), try_parse_json('[1]'), check_json('{"a":1}')`,
        [[null, null, null, '[\n  1\n]', null]],
      ],
      ["select parse_json('{bad')", { code: '100069', state: '22P02', names: 'Error parsing JSON' }],
      [
        `select parse_json('{"a":1,"a":2}')`,
        { code: '100069', state: '22P02', names: 'duplicate object attribute "a"' },
      ],
      ["select parse_json('[1,,3]')", '[\n  1,\n  undefined,\n  3\n]'],
    ),
    exact(
      "Paths: v:a.b[0], v['a']",
      [
        [
          `create table c as ${CAR}`,
          "select src:dealership, src:customer[0].name::varchar, src['Vehicle']['extras'][1]::string, src:vehicle, src:Vehicle.price::number(10,2), src:customer[9]:name from c",
        ],
        [['"Valley View"', 'Joyce', 'paint', null, '20275.00', null]],
      ],
      [
        [
          `create table c as ${CAR}`,
          "select src:date::date, c.src:zero + 1, src:dealership = 'Valley View' from c",
        ],
        [['2017-04-28', '1', 'TRUE']],
      ],
      [`select parse_json('{"a b":{"C":1}}'):"a b".C, parse_json('[[1,2]]')[0][1]`, [['1', '2']]],
    ),
    exact('GET, GET_PATH', [
      `select get(parse_json('{"a":1}'), 'a'), get(array_construct(5, 6), 1), get_path(parse_json('{"a":[{"b":7}]}'), 'a[0].b'), get(parse_json('{"a":1}'), 'A'), get_ignore_case(parse_json('{"aa":1}'), 'AA')`,
      [['1', '6', '7', null, '1']],
    ]),
    exact('NULL and JSON null', [
      `select parse_json('{"a":null}'):a, parse_json('{"a":null}'):a is null, parse_json('{"a":null}'):b is null, parse_json('{"a":null}'):a::varchar, is_null_value(parse_json('{"a":null}'):a), strip_null_value(parse_json('{"a":null}'):a)`,
      [['null', 'FALSE', 'TRUE', null, 'TRUE', null]],
    ]),
    exact('TYPEOF', [
      `select typeof(parse_json('1')), typeof(parse_json('1.5')), typeof(parse_json('1e2')), typeof(parse_json('"x"')), typeof(parse_json('true')), typeof(parse_json('null')), typeof(parse_json('[]')), typeof(parse_json('{}')), typeof(null::variant)`,
      [['INTEGER', 'DECIMAL', 'DOUBLE', 'VARCHAR', 'BOOLEAN', 'NULL_VALUE', 'ARRAY', 'OBJECT', null]],
    ]),
    exact('IS_ARRAY, IS_OBJECT, IS_INTEGER, IS_VARCHAR …', [
      "select is_array(parse_json('[]')), is_object(parse_json('[]')), is_integer(parse_json('1')), is_varchar(parse_json('\"x\"')), is_boolean(parse_json('true')), is_decimal(parse_json('1.5')), is_double(parse_json('1e1'))",
      [['TRUE', 'FALSE', 'TRUE', 'TRUE', 'TRUE', 'TRUE', 'TRUE']],
    ]),
    exact('AS_VARCHAR, AS_INTEGER, AS_ARRAY, AS_OBJECT …', [
      "select as_varchar(parse_json('\"x\"')), as_varchar(parse_json('1')), as_integer(parse_json('1')), as_array(parse_json('[1]')), as_object(parse_json('[1]')), as_boolean(parse_json('true')), as_double(parse_json('1.5'))",
      [['x', null, '1', '[\n  1\n]', null, 'TRUE', '1.5']],
    ]),
    exact('ARRAY_CONSTRUCT, [ ]', [
      "select array_construct(10, 20, 30), array_construct(null, 'hello', 3::double), [1, 'a'], array_construct()",
      [
        [
          '[\n  10,\n  20,\n  30\n]',
          '[\n  undefined,\n  "hello",\n  3.000000000000000e+00\n]',
          '[\n  1,\n  "a"\n]',
          '[]',
        ],
      ],
    ]),
    exact('ARRAY_CONSTRUCT_COMPACT, ARRAY_COMPACT', [
      "select array_construct_compact(null, 'hello', 3), array_compact(array_construct(1, null, 2))",
      [['[\n  "hello",\n  3\n]', '[\n  1,\n  2\n]']],
    ]),
    exact(
      'OBJECT_CONSTRUCT, { }',
      [
        `select object_construct('a', 1, 'b', 'BBBB', 'c', null), object_construct('Key_One', parse_json('null')), {'x': 1, 'y': [true]}, object_construct_keep_null('k', null)`,
        [
          [
            '{\n  "a": 1,\n  "b": "BBBB"\n}',
            '{\n  "Key_One": null\n}',
            '{\n  "x": 1,\n  "y": [\n    true\n  ]\n}',
            '{\n  "k": null\n}',
          ],
        ],
      ],
      ["select object_construct(*) from values (1, 'x')", '{\n  "COLUMN1": 1,\n  "COLUMN2": "x"\n}'],
    ),
    exact('OBJECT_INSERT, OBJECT_DELETE, OBJECT_PICK', [
      `select object_insert(object_construct('a', 1), 'b', 2), object_insert(object_construct('a', 1), 'a', 9, true), object_delete(object_construct('a', 1, 'b', 2), 'a'), object_pick(object_construct('a', 1, 'b', 2), 'b')`,
      [['{\n  "a": 1,\n  "b": 2\n}', '{\n  "a": 9\n}', '{\n  "b": 2\n}', '{\n  "b": 2\n}']],
    ]),
    exact('OBJECT_KEYS', [`select object_keys(parse_json('{"b":1,"a":2}'))`, '[\n  "a",\n  "b"\n]']),
    exact('ARRAY_SIZE, ARRAY_CONTAINS, ARRAY_POSITION', [
      "select array_size(array_construct(1, 2, 3)), array_size(parse_json('{}')), array_contains('hello'::variant, array_construct('hello', 'hi')), array_contains(5::variant, array_construct(1)), array_position('hi'::variant, array_construct('hello', 'hi')), array_position(9::variant, array_construct(1))",
      [['3', null, 'TRUE', 'FALSE', '1', null]],
    ]),
    exact('ARRAY_APPEND, ARRAY_PREPEND, ARRAY_CAT, ARRAY_INSERT', [
      'select to_json(array_append(array_construct(1), 2)), to_json(array_prepend(array_construct(1), 0)), to_json(array_cat(array_construct(1, 2), array_construct(3))), to_json(array_insert(array_construct(0, 1, 3), 2, 2))',
      [['[1,2]', '[0,1]', '[1,2,3]', '[0,1,2,3]']],
    ]),
    exact('ARRAY_SLICE, ARRAY_DISTINCT, ARRAY_INTERSECTION, ARRAYS_OVERLAP', [
      "select to_json(array_slice(array_construct(0,1,2,3,4,5,6), 0, 2)), to_json(array_slice(array_construct(0,1,2,3,4,5,6), 0, -2)), to_json(array_distinct(array_construct('A','A','B'))), to_json(array_intersection(array_construct('A','B'), array_construct('B','C'))), arrays_overlap(array_construct('hello', 'aloha'), array_construct('hello', 'hi'))",
      [['[0,1]', '[0,1,2,3,4]', '["A","B"]', '["B"]', 'TRUE']],
    ]),
    exact('ARRAY_TO_STRING, ARRAY_SORT, ARRAY_MIN, ARRAY_MAX, ARRAY_REVERSE', [
      "select array_to_string(array_construct(1, 'b', null, true), ','), to_json(array_sort(array_construct(20, 0, 10))), array_min(array_construct(20, 0, 10)), array_max(array_construct(20, 0)), to_json(array_reverse(array_construct(1, 2)))",
      [['1,b,,true', '[0,10,20]', '0', '20', '[2,1]']],
    ]),
    exact('ARRAY_GENERATE_RANGE, ARRAY_FLATTEN', [
      'select to_json(array_generate_range(2, 5)), to_json(array_generate_range(5, 25, 10)), to_json(array_flatten(array_construct(array_construct(1, 2), array_construct(3))))',
      [['[2,3,4]', '[5,15]', '[1,2,3]']],
    ]),
    exact(
      'FLATTEN',
      [
        "select f.* from table(flatten(input => parse_json('[1, ,77]'))) f",
        [
          ['1', null, '[0]', '0', '1', '[\n  1,\n  undefined,\n  77\n]'],
          ['1', null, '[2]', '2', '77', '[\n  1,\n  undefined,\n  77\n]'],
        ],
        { names: ['SEQ', 'KEY', 'PATH', 'INDEX', 'VALUE', 'THIS'] },
      ],
      [
        `select key, path, index, value from table(flatten(input => parse_json('{"a":1, "b":[77,88]}'), outer => true)) f`,
        [
          ['a', 'a', null, '1'],
          ['b', 'b', null, '[\n  77,\n  88\n]'],
        ],
      ],
      [
        `select key, path, index, value from table(flatten(input => parse_json('{"a":1, "b":[77,88]}'), path => 'b')) f`,
        [
          [null, 'b[0]', '0', '77'],
          [null, 'b[1]', '1', '88'],
        ],
      ],
    ),
    exact(
      'FLATTEN: OUTER, RECURSIVE, MODE',
      ["select * from table(flatten(input => parse_json('[]'))) f", []],
      [
        "select key, path, index, value, this from table(flatten(input => parse_json('[]'), outer => true)) f",
        [[null, '', null, null, '[]']],
      ],
      [
        `select key, path, index, value from table(flatten(input => parse_json('{"a":1, "b":[77,88], "c": {"d":"X"}}'), recursive => true)) f`,
        [
          ['a', 'a', null, '1'],
          ['b', 'b', null, '[\n  77,\n  88\n]'],
          [null, 'b[0]', '0', '77'],
          [null, 'b[1]', '1', '88'],
          ['c', 'c', null, '{\n  "d": "X"\n}'],
          ['d', 'c.d', null, '"X"'],
        ],
      ],
      [
        `select key, path, index, value from table(flatten(input => parse_json('{"a":1, "b":[77,88], "c": {"d":"X"}}'), recursive => true, mode => 'object')) f`,
        [
          ['a', 'a', null, '1'],
          ['b', 'b', null, '[\n  77,\n  88\n]'],
          ['c', 'c', null, '{\n  "d": "X"\n}'],
          ['d', 'c.d', null, '"X"'],
        ],
      ],
    ),
    exact(
      'LATERAL FLATTEN',
      [
        [
          `create table p as select 12712555 as id, parse_json('{"name":{"first":"John","last":"Smith"},"contact":[{"business":[{"type":"phone","content":"555-1234"},{"type":"email","content":"j.smith@company.com"}]}]}') as c`,
          `select id, f.value:type::string, f1.value:content::string from p, lateral flatten(input => p.c, path => 'contact') f0, lateral flatten(input => f0.value:business) f1, lateral flatten(input => array_construct(f1.value)) f order by 3`,
        ],
        [
          ['12712555', 'phone', '555-1234'],
          ['12712555', 'email', 'j.smith@company.com'],
        ],
      ],
      [
        "select v.column1, f.value::int from values ('a', '1,2'), ('b', '3') v, lateral flatten(input => split(v.column2, ',')) f order by 2",
        [
          ['a', '1'],
          ['a', '2'],
          ['b', '3'],
        ],
      ],
      [
        "select v.n, f.value from (select 1 as n, parse_json('[]') as a) v, lateral flatten(input => v.a, outer => true) f",
        [['1', null]],
      ],
    ),
    close('SEQ of FLATTEN', '1 for every row of the input', [
      'select seq from values (1), (2) v, lateral flatten(input => array_construct(v.column1)) f',
      [['1'], ['1']],
    ]),
    close(
      'Comparing and sorting variants',
      'two variants are compared as texts',
      [
        `select column1 from values (parse_json('10')), (parse_json('9')) order by column1::int`,
        [['9'], ['10']],
      ],
      [
        `select parse_json('{"a":1}'):a = 1, parse_json('"1"')::int + 1, parse_json('"x"') = 'x'`,
        [['TRUE', '2', 'TRUE']],
      ],
    ),
    unsupported('FILTER, TRANSFORM, REDUCE', 'select filter([1], x -> x > 0)', 'FILTER'),
  ],
};
