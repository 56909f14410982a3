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
    ).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(/age and Email .* X /),
      }),
    );
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
    const columns = [column('v', 'xmltype', { columnType: 'xmltype(3)' }), column('a', 'int')];
    expect(() => mapColumns(columns, undefined, canonicalName)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(/column v is xmltype\(3\)/),
      }),
    );
    expect(mapColumns(columns, [{ source: 'a', target: 'a' }], canonicalName)).toHaveLength(1);
  });

  test('names that keep their case', () => {
    const mapped = mapColumns(people, undefined, canonicalName, { preserveCase: true });
    expect(mapped.map(({ target }) => target)).toEqual(['USER_ID', 'Email', 'age']);
    // A mapping says it by quotes, whatever the rule.
    const [named] = mapColumns(people, [{ source: 'age', target: 'years' }], canonicalName, {
      preserveCase: true,
    });
    expect(named?.target).toBe('YEARS');
  });

  test('names that are one in capitals: both are in the error, with the remedy', () => {
    // To MySQL they are two names.
    const columns = [column('straße', 'int'), column('strasse', 'int')];
    expect(() => mapColumns(columns, undefined, canonicalName)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message:
          'columns straße and strasse would both be called STRASSE in the target: name one otherwise in the "columns" of the table, or keep their case with --preserve-case',
      }),
    );
    expect(mapColumns(columns, undefined, canonicalName, { preserveCase: true })).toHaveLength(2);
  });

  test('invisible columns are left out, unless they are wanted or named', () => {
    const columns = [column('id', 'int'), column('hidden', 'int', { invisible: true })];
    const targets = (...more: [Parameters<typeof mapColumns>[1], Parameters<typeof mapColumns>[3]?]) =>
      mapColumns(columns, more[0], canonicalName, more[1]).map(({ target }) => target);
    expect(targets(undefined)).toEqual(['ID']);
    expect(targets(undefined, { invisible: true })).toEqual(['ID', 'HIDDEN']);
    expect(targets([{ source: 'hidden', target: 'shown' }])).toEqual(['SHOWN']);
  });
});
