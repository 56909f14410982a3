import { fixed } from '../catalog/data-type.ts';
import type { Constraint, Table } from '../catalog/entities.ts';
import { STATEMENT_TYPE, type StatementResult, table } from './result.ts';
import { type Cell, columns, type ShowOptions, tablesOf, timeCell } from './show-list.ts';
import type { Statement } from './statement.ts';

const SEQUENCE = { key_sequence: fixed(38, 0) };

/** SHOW PRIMARY KEYS and SHOW UNIQUE KEYS: a row for each column of each key. */
export function showKeys(options: ShowOptions, wanted: 'PRIMARY KEY' | 'UNIQUE'): StatementResult {
  const rows = tablesOf(options).flatMap((each) =>
    each.constraints
      .filter(({ kind }) => kind === wanted)
      .flatMap(({ columns: key, name, rely, comment, createdOn }) =>
        key.map((ordinal, index): Cell[] => [
          ...[timeCell(createdOn), each.database, each.schema, each.name, columnName(each, ordinal)],
          ...[String(index + 1), name, String(rely), comment],
        ]),
      ),
  );
  const names =
    'created_on database_name schema_name table_name column_name key_sequence constraint_name rely comment';
  return table(STATEMENT_TYPE.SHOW, columns(names, SEQUENCE), rows);
}

/** SHOW IMPORTED KEYS: the foreign keys of the tables; EXPORTED: the foreign keys that point at them. */
export function showForeignKeys(
  { environment }: Statement,
  options: ShowOptions,
  direction: 'IMPORTED' | 'EXPORTED',
): StatementResult {
  const { catalog } = environment;
  const wanted = new Set(tablesOf(options).map(({ id }) => id));
  const all = [...catalog.databases.values()].flatMap((database) =>
    [...database.schemas.values()].flatMap((schema) => [...schema.tables.values()]),
  );
  const rows = all.flatMap((child) =>
    foreignKeys(child, (id) => catalog.tableById(id))
      .filter(({ parent }) => wanted.has(direction === 'IMPORTED' ? child.id : parent.id))
      .flatMap(({ constraint, parent, reference }) =>
        constraint.columns.map((ordinal, index): Cell[] => [
          ...[timeCell(constraint.createdOn), parent.database, parent.schema, parent.name],
          columnName(parent, reference.columns[index]),
          ...[child.database, child.schema, child.name, columnName(child, ordinal), String(index + 1)],
          ...[reference.updateRule, reference.deleteRule, constraint.name],
          keyPointedAt(parent, reference.columns)?.name ?? null,
          ...['NOT DEFERRABLE', String(constraint.rely), constraint.comment],
        ]),
      ),
  );
  const names =
    'created_on pk_database_name pk_schema_name pk_table_name pk_column_name fk_database_name fk_schema_name fk_table_name fk_column_name key_sequence update_rule delete_rule fk_name pk_name deferrability rely comment';
  return table(STATEMENT_TYPE.SHOW, columns(names, SEQUENCE), rows);
}

/** A foreign key with the table that it points at. */
export interface ForeignKey {
  readonly constraint: Constraint;
  readonly reference: NonNullable<Constraint['reference']>;
  readonly parent: Table;
}

/** The foreign keys of a table whose other end still exists. */
export function foreignKeys(child: Table, tableById: (id: number) => Table | undefined): ForeignKey[] {
  return child.constraints.flatMap((constraint) => {
    const { reference } = constraint;
    const parent = reference ? tableById(reference.table) : undefined;
    const isWhole = parent && reference?.columns.every((ordinal) => columnName(parent, ordinal) !== null);
    return parent && reference && isWhole ? [{ constraint, reference, parent }] : [];
  });
}

/** The primary or unique key that has these columns. */
export function keyPointedAt(parent: Table, columns: readonly number[]): Constraint | undefined {
  return parent.constraints.find(
    ({ kind, columns: key }) => kind !== 'FOREIGN KEY' && String(key) === String(columns),
  );
}

function columnName({ columns: all }: Table, ordinal: number | undefined): string | null {
  return all.find((column) => column.ordinal === ordinal)?.name ?? null;
}
