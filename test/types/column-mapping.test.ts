import { describe, expect, test } from 'vitest';
import { canonicalName } from '../../src/snowflake/identifier.ts';
import { mapColumns } from '../../src/types/column-mapping.ts';
import { column } from './columns.ts';

const people = [column('USER_ID', 'varchar'), column('Email', 'varchar'), column('age', 'int')];
const names = (mapping?: { source: string; target: string }[]) =>
  mapColumns(people, mapping, canonicalName).map(({ source, target }) => [source.name, target]);

describe('mapColumns', () => {
  test('all columns under their own names, in capitals', () => {
    expect(names()).toEqual([
      ['USER_ID', 'USER_ID'],
      ['Email', 'EMAIL'],
      ['age', 'AGE'],
    ]);
  });

  test('those of the mapping in its order; source names without case, target names as an identifier reads', () => {
    expect(
      names([
        { source: 'email', target: '"Mail ""x"""' },
        { source: 'user_id', target: 'customer_id' },
      ]),
    ).toEqual([
      ['Email', 'Mail "x"'],
      ['USER_ID', 'CUSTOMER_ID'],
    ]);
  });

  test('one source column may feed two of the target', () => {
    expect(
      names([
        { source: 'age', target: 'a' },
        { source: 'age', target: 'b' },
      ]),
    ).toEqual([
      ['age', 'A'],
      ['age', 'B'],
    ]);
  });

  test('a column that the source lacks', () => {
    expect(() => names([{ source: 'phone', target: 'phone' }])).toThrow(
      expect.objectContaining({ code: 'COLUMN_NOT_FOUND', message: expect.stringContaining('phone') }),
    );
  });

  test('two columns of one name', () => {
    expect(() =>
      names([
        { source: 'age', target: 'x' },
        { source: 'Email', target: 'X' },
      ]),
    ).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('X') }));
    // In quotes the case counts.
    expect(
      names([
        { source: 'age', target: 'x' },
        { source: 'Email', target: '"x"' },
      ]),
    ).toEqual([
      ['age', 'X'],
      ['Email', 'x'],
    ]);
  });

  test('a name in quotes in the source is a name with quotes, not a quoted name', () => {
    const quoted = mapColumns([column('"Odd"', 'int')], undefined, canonicalName);
    expect(quoted[0]?.target).toBe('"ODD"');
  });

  test('a type that nobody knows, unless it is left out', () => {
    const columns = [column('v', 'vector', { columnType: 'vector(3)' }), column('a', 'int')];
    expect(() => mapColumns(columns, undefined, canonicalName)).toThrow(
      expect.objectContaining({
        code: 'VALUE_NOT_CARRIED',
        message: expect.stringMatching(/column v is vector\(3\)/),
      }),
    );
    expect(mapColumns(columns, [{ source: 'a', target: 'a' }], canonicalName)).toHaveLength(1);
  });
});
