import type { Catalog } from '../catalog/catalog.ts';
import { text } from '../catalog/data-type.ts';
import type { VirtualTable } from '../sql/bind/environment.ts';
import { duckText } from '../store/duck-text.ts';
import {
  APPLICABLE_ROLES,
  COLUMNS,
  DATABASES,
  EMPTY_VIEWS,
  ENABLED_ROLES,
  type Field,
  FUNCTIONS,
  REFERENTIAL_CONSTRAINTS,
  SCHEMATA,
  TABLE_CONSTRAINTS,
  TABLES,
  type Value,
  VIEWS,
} from './information-schema-views.ts';
import { foreignKeys } from './show-keys.ts';

/** The view of that name in a database's INFORMATION_SCHEMA, made from the catalogue as it is now. */
export function informationSchema(
  catalog: Catalog,
  user: string,
  databaseName: string,
  view: string,
): VirtualTable | undefined {
  const database = catalog.database(databaseName);
  if (!database) return undefined;
  const schemas = [...database.schemas.values()];
  const tables = schemas.flatMap((schema) => [...schema.tables.values()]);
  const roles = [...catalog.roles.values()];
  switch (view) {
    case 'TABLES':
      return virtual(TABLES, tables);
    case 'VIEWS':
      return virtual(
        VIEWS,
        tables.filter((table) => table.view),
      );
    case 'COLUMNS':
      return virtual(
        COLUMNS,
        tables.flatMap((table) =>
          table.columns.map((column, index) => ({ table, column, type: column.type, place: index + 1 })),
        ),
      );
    case 'SCHEMATA':
      return virtual(SCHEMATA, schemas);
    case 'DATABASES':
      return virtual(DATABASES, [...catalog.databases.values()]);
    case 'TABLE_CONSTRAINTS':
      return virtual(
        TABLE_CONSTRAINTS,
        tables.flatMap((table) => table.constraints.map((constraint) => ({ table, constraint }))),
      );
    case 'REFERENTIAL_CONSTRAINTS':
      return virtual(
        REFERENTIAL_CONSTRAINTS,
        tables.flatMap((child) =>
          foreignKeys(child, (id) => catalog.tableById(id)).map((key) => ({ ...key, child })),
        ),
      );
    case 'FUNCTIONS':
      return virtual(
        FUNCTIONS,
        schemas
          .flatMap((schema) => [...schema.functions.values()].flat())
          .map((each) => ({ ...each, type: each.returns })),
      );
    case 'ENABLED_ROLES':
      return virtual(ENABLED_ROLES, roles);
    case 'APPLICABLE_ROLES':
      return virtual(
        APPLICABLE_ROLES,
        roles.map((role) => ({ ...role, user })),
      );
    case 'INFORMATION_SCHEMA_CATALOG_NAME':
      return virtual([['CATALOG_NAME', text(), ({ name }) => name]], [database]);
    default: {
      const fields = EMPTY_VIEWS[view];
      return fields && virtual(fields, []);
    }
  }
}

function virtual<T>(fields: readonly Field<T>[], items: readonly T[]): VirtualTable {
  return {
    columns: fields.map(([name, type]) => ({ name, type })),
    rows: items.map((item) => fields.map(([, , read]) => literal(read(item)))),
  };
}

function literal(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'object') return value.sql;
  return typeof value === 'string' ? duckText(value) : String(value);
}
