import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { CatalogState } from './catalog-state.ts';
import { displayType } from './data-type.ts';
import type { Column, Database, Role, Schema, Table, UserFunction, Warehouse } from './entities.ts';
import { parseDataType } from './type-name.ts';

const TABLES = [
  'CREATE SCHEMA IF NOT EXISTS store.data',
  'CREATE SCHEMA IF NOT EXISTS store.catalog',
  'CREATE TABLE IF NOT EXISTS store.catalog.counter (next_id BIGINT)',
  'INSERT INTO store.catalog.counter SELECT 1 WHERE NOT EXISTS (FROM store.catalog.counter)',
  'CREATE TABLE IF NOT EXISTS store.catalog.entity (id BIGINT, parent BIGINT, kind VARCHAR, definition VARCHAR)',
];

/** Makes the tables that hold the catalogue, when they are not there. */
export async function createCatalogTables(connection: DuckDBConnection): Promise<void> {
  for (const sql of TABLES) await connection.run(sql);
}

/** What is stored of an entity: its definition as JSON, under its parent's id, 0 for the account. */
export type StoredKind = 'DATABASE' | 'SCHEMA' | 'TABLE' | 'FUNCTION' | 'ROLE' | 'WAREHOUSE';
export type Entity = Database | Schema | Table | UserFunction | Role | Warehouse;

type StoredColumn = Omit<Column, 'type'> & { readonly type: string };

/** Writes an entity, or its new definition. */
export async function storeEntity(
  connection: DuckDBConnection,
  kind: StoredKind,
  parent: number,
  entity: Entity,
): Promise<void> {
  await removeEntity(connection, entity.id);
  await connection.run('INSERT INTO store.catalog.entity VALUES ($1, $2, $3, $4)', [
    BigInt(entity.id),
    BigInt(parent),
    kind,
    JSON.stringify(entity, replaceNested),
  ] satisfies DuckDBValue[]);
}

/** Removes an entity; its children are removed on their own. */
export async function removeEntity(connection: DuckDBConnection, id: number): Promise<void> {
  await connection.run('DELETE FROM store.catalog.entity WHERE id = $1', [BigInt(id)]);
}

/** Records the next free id, so that no id is used again after a restart. */
export async function storeNextId(connection: DuckDBConnection, nextId: number): Promise<void> {
  await connection.run('UPDATE store.catalog.counter SET next_id = $1', [BigInt(nextId)]);
}

/** Reads the whole catalogue. */
export async function loadCatalog(connection: DuckDBConnection): Promise<CatalogState> {
  const counter = await connection.runAndReadAll('SELECT next_id FROM store.catalog.counter');
  const reader = await connection.runAndReadAll(
    'SELECT kind, parent, definition FROM store.catalog.entity ORDER BY id',
  );
  const rows = reader.getRows().map(([kind, parent, definition]) => ({
    kind: String(kind) as StoredKind,
    parent: Number(parent),
    definition: JSON.parse(String(definition), reviveType) as { id: number; name: string },
  }));
  const children = <T extends { name: string }>(kind: StoredKind, parent: number): T[] =>
    rows
      .filter((row) => row.kind === kind && row.parent === parent)
      .map((row) => row.definition as unknown as T);
  const schemaOf = (schema: Schema): Schema => ({
    ...schema,
    tables: byName(children<Table>('TABLE', schema.id).map(withConstraints)),
    functions: overloads(children<UserFunction>('FUNCTION', schema.id)),
  });
  const databases = children<Database>('DATABASE', 0).map((database) => ({
    ...database,
    schemas: byName(children<Schema>('SCHEMA', database.id).map(schemaOf)),
  }));
  return {
    databases: byName(databases),
    roles: byName(children<Role>('ROLE', 0)),
    warehouses: byName(children<Warehouse>('WAREHOUSE', 0)),
    nextId: Number(counter.getRows()[0]?.[0] ?? 1),
  };
}

/** A table that was stored before constraints were: only the columns of its primary key were known. */
function withConstraints(table: Table): Table {
  if (Array.isArray(table.constraints)) return table;
  const key = table.columns.filter((column) => 'primaryKey' in column && column.primaryKey === true);
  if (key.length === 0) return { ...table, constraints: [] };
  const constraint = {
    name: `SYS_CONSTRAINT_${table.id}`,
    kind: 'PRIMARY KEY' as const,
    columns: key.map(({ ordinal }) => ordinal),
    reference: null,
    rely: false,
    comment: null,
    createdOn: table.createdOn,
  };
  return { ...table, constraints: [constraint] };
}

function byName<T extends { readonly name: string }>(entities: readonly T[]): Map<string, T> {
  return new Map(entities.map((entity) => [entity.name, entity]));
}

function overloads(functions: readonly UserFunction[]): Map<string, UserFunction[]> {
  const byName = new Map<string, UserFunction[]>();
  for (const each of functions) byName.set(each.name, [...(byName.get(each.name) ?? []), each]);
  return byName;
}

/** Children have rows of their own; types are stored as their SQL text, which outlives changes of our shape. */
function replaceNested(key: string, value: unknown): unknown {
  if (value instanceof Map) return undefined;
  if ((key === 'type' || key === 'returns') && typeof value === 'object' && value !== null) {
    return displayType(value as Column['type']);
  }
  return value;
}

function reviveType(key: string, value: unknown): unknown {
  return (key === 'type' || key === 'returns') && typeof value === 'string'
    ? parseDataType(value satisfies StoredColumn['type'])
    : value;
}
