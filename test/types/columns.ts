import { type MappedColumn, mapColumns } from '../../src/types/column-mapping.ts';
import { DEFAULT_POLICIES, type Policies } from '../../src/types/policy.ts';
import type { SourceColumn } from '../../src/types/source-column.ts';
import { familyOf } from '../../src/types/type-table.ts';

/** A column as a server would describe it; what is not given is as for an INT. */
export function column(name: string, dataType: string, more: Partial<SourceColumn> = {}): SourceColumn {
  return {
    name,
    ordinal: 1,
    dataType,
    columnType: dataType,
    nullable: true,
    unsigned: false,
    characterLength: null,
    octetLength: null,
    numericPrecision: null,
    numericScale: null,
    datetimePrecision: 0,
    characterSet: null,
    collation: null,
    comment: '',
    generated: false,
    invisible: false,
    defaultValue: null,
    defaultIsExpression: false,
    ...more,
  };
}

export function mapped(source: SourceColumn, policies: Partial<Policies> = {}): MappedColumn {
  const [only] = mapColumns([source], undefined, (name) => name.toUpperCase(), {
    invisible: true,
    policiesOf: () => ({ ...DEFAULT_POLICIES, ...policies }),
  });
  if (only === undefined || familyOf(source.dataType) === undefined) throw new Error('nothing was mapped');
  return only;
}
