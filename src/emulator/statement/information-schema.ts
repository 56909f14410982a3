import type { Catalog } from '../catalog/catalog.ts';
import { type DataType, fixed, isTimestamp, text } from '../catalog/data-type.ts';
import type { Column, Table } from '../catalog/entities.ts';
import { tableSql } from '../catalog/entities.ts';
import { duckText } from '../catalog/identifier.ts';
import type { VirtualTable } from '../sql/bind/environment.ts';

type Value = string | number | bigint | null | { readonly sql: string };
type Field<T> = readonly [name: string, type: DataType, read: (item: T) => Value];

const NUMBER = fixed(9, 0);
const TIME: DataType = { kind: 'TIMESTAMP_LTZ', scale: 3 };
const yes = (value: boolean): string => (value ? 'YES' : 'NO');
const time = (milliseconds: number): Value => ({ sql: `${BigInt(milliseconds) * 1_000_000n}::HUGEINT` });

const TABLES: readonly Field<Table>[] = [
  ['TABLE_CATALOG', text(), ({ database }) => database],
  ['TABLE_SCHEMA', text(), ({ schema }) => schema],
  ['TABLE_NAME', text(), ({ name }) => name],
  ['TABLE_OWNER', text(), () => 'SYSADMIN'],
  ['TABLE_TYPE', text(), ({ view }) => (view ? 'VIEW' : 'BASE TABLE')],
  ['IS_TRANSIENT', text(), ({ transient }) => yes(transient)],
  ['CLUSTERING_KEY', text(), () => null],
  [
    'ROW_COUNT',
    fixed(38, 0),
    (table) => (table.view ? null : { sql: `(SELECT count(*) FROM ${tableSql(table)})` }),
  ],
  ['BYTES', fixed(38, 0), ({ view }) => (view ? null : 0)],
  ['RETENTION_TIME', NUMBER, () => 1],
  ['IS_INSERTABLE_INTO', text(), () => 'YES'],
  ['CREATED', TIME, ({ createdOn }) => time(createdOn)],
  ['LAST_ALTERED', TIME, ({ createdOn }) => time(createdOn)],
  ['COMMENT', text(), ({ comment }) => comment],
];

const COLUMNS: readonly Field<{ table: Table; column: Column; place: number }>[] = [
  ['TABLE_CATALOG', text(), ({ table }) => table.database],
  ['TABLE_SCHEMA', text(), ({ table }) => table.schema],
  ['TABLE_NAME', text(), ({ table }) => table.name],
  ['COLUMN_NAME', text(), ({ column }) => column.name],
  ['ORDINAL_POSITION', NUMBER, ({ place }) => place],
  ['COLUMN_DEFAULT', text(), ({ column }) => column.default],
  ['IS_NULLABLE', text(), ({ column }) => yes(column.nullable)],
  ['DATA_TYPE', text(), ({ column }) => dataTypeName(column.type)],
  [
    'CHARACTER_MAXIMUM_LENGTH',
    NUMBER,
    ({ column: { type } }) => (type.kind === 'TEXT' || type.kind === 'BINARY' ? type.length : null),
  ],
  ['CHARACTER_OCTET_LENGTH', NUMBER, ({ column: { type } }) => octets(type)],
  ['NUMERIC_PRECISION', NUMBER, ({ column: { type } }) => (type.kind === 'FIXED' ? type.precision : null)],
  ['NUMERIC_PRECISION_RADIX', NUMBER, ({ column: { type } }) => (type.kind === 'FIXED' ? 10 : null)],
  ['NUMERIC_SCALE', NUMBER, ({ column: { type } }) => (type.kind === 'FIXED' ? type.scale : null)],
  [
    'DATETIME_PRECISION',
    NUMBER,
    ({ column: { type } }) => (type.kind === 'TIME' || isTimestamp(type) ? type.scale : null),
  ],
  ['COLLATION_NAME', text(), ({ column }) => column.collation],
  ['IS_IDENTITY', text(), ({ column }) => yes(column.identity !== null)],
  ['IDENTITY_START', text(), ({ column }) => (column.identity ? String(column.identity.start) : null)],
  ['IDENTITY_INCREMENT', text(), ({ column }) => (column.identity ? String(column.identity.step) : null)],
  ['COMMENT', text(), ({ column }) => column.comment],
];

const SCHEMATA: readonly Field<{
  database: string;
  name: string;
  transient: boolean;
  comment: string | null;
  createdOn: number;
}>[] = [
  ['CATALOG_NAME', text(), ({ database }) => database],
  ['SCHEMA_NAME', text(), ({ name }) => name],
  ['SCHEMA_OWNER', text(), () => 'SYSADMIN'],
  ['IS_TRANSIENT', text(), ({ transient }) => yes(transient)],
  ['CREATED', TIME, ({ createdOn }) => time(createdOn)],
  ['COMMENT', text(), ({ comment }) => comment],
];

const DATABASES: readonly Field<{
  name: string;
  transient: boolean;
  comment: string | null;
  createdOn: number;
}>[] = [
  ['DATABASE_NAME', text(), ({ name }) => name],
  ['DATABASE_OWNER', text(), () => 'SYSADMIN'],
  ['IS_TRANSIENT', text(), ({ transient }) => yes(transient)],
  ['CREATED', TIME, ({ createdOn }) => time(createdOn)],
  ['COMMENT', text(), ({ comment }) => comment],
];

const VIEWS: readonly Field<Table>[] = [
  ['TABLE_CATALOG', text(), ({ database }) => database],
  ['TABLE_SCHEMA', text(), ({ schema }) => schema],
  ['TABLE_NAME', text(), ({ name }) => name],
  ['VIEW_DEFINITION', text(), ({ view }) => view?.sql ?? null],
  ['CREATED', TIME, ({ createdOn }) => time(createdOn)],
  ['COMMENT', text(), ({ comment }) => comment],
];

/** The view of that name in a database's INFORMATION_SCHEMA, made from the catalogue as it is now. */
export function informationSchema(
  catalog: Catalog,
  databaseName: string,
  view: string,
): VirtualTable | undefined {
  const database = catalog.database(databaseName);
  if (!database) return undefined;
  const schemas = [...database.schemas.values()];
  const tables = schemas.flatMap((schema) => [...schema.tables.values()]);
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
          table.columns.map((column, index) => ({ table, column, place: index + 1 })),
        ),
      );
    case 'SCHEMATA':
      return virtual(SCHEMATA, schemas);
    case 'DATABASES':
      return virtual(DATABASES, [...catalog.databases.values()]);
    default:
      return undefined;
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

function dataTypeName(type: DataType): string {
  if (type.kind === 'FIXED') return 'NUMBER';
  return type.kind === 'REAL' ? 'FLOAT' : type.kind;
}

function octets(type: DataType): number | null {
  if (type.kind === 'BINARY') return type.length;
  return type.kind === 'TEXT' ? Math.min(type.length * 4, 16_777_216) : null;
}
