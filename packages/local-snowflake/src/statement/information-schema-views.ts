import { type DataType, displayType, fixed, isTimestamp, text } from '../catalog/data-type.ts';
import type { Column, Constraint, Database, Role, Schema, Table, UserFunction } from '../catalog/entities.ts';
import { tableSql } from '../catalog/entities.ts';
import { type ForeignKey, keyPointedAt } from './show-keys.ts';

/** A cell: a constant, or DuckDB SQL. */
export type Value = string | number | bigint | null | { readonly sql: string };
/** A column of a view: its name, its type, and how it is read from what a row is about. */
export type Field<T> = readonly [name: string, type: DataType, read: (item: T) => Value];

const NUMBER = fixed(9, 0);
const TIME: DataType = { kind: 'TIMESTAMP_LTZ', scale: 3 };
const OWNER = 'SYSADMIN';
const yes = (value: boolean): string => (value ? 'YES' : 'NO');
const time = (milliseconds: number): Value => ({ sql: `${BigInt(milliseconds) * 1_000_000n}::HUGEINT` });

/** Columns that are NULL for everything here. */
function empty(names: string, type: DataType = text()): Field<unknown>[] {
  return names.split(' ').map((name) => [name, type, () => null]);
}

/** Columns of texts that are the same for everything here. */
function same(values: Readonly<Record<string, string>>): Field<unknown>[] {
  return Object.entries(values).map(([name, value]) => [name, text(), () => value]);
}

interface Typed {
  readonly type: DataType;
}

/** What FUNCTIONS and COLUMNS say of a type. */
const SIZES: readonly Field<Typed>[] = [
  [
    'CHARACTER_MAXIMUM_LENGTH',
    NUMBER,
    ({ type }) => (type.kind === 'TEXT' || type.kind === 'BINARY' ? type.length : null),
  ],
  ['CHARACTER_OCTET_LENGTH', NUMBER, ({ type }) => octets(type)],
  ['NUMERIC_PRECISION', NUMBER, ({ type }) => (type.kind === 'FIXED' ? type.precision : null)],
  ['NUMERIC_PRECISION_RADIX', NUMBER, ({ type }) => (type.kind === 'FIXED' ? 10 : null)],
  ['NUMERIC_SCALE', NUMBER, ({ type }) => (type.kind === 'FIXED' ? type.scale : null)],
];

/** The columns of INFORMATION_SCHEMA.TABLES, in the order of Snowflake's documentation. */
export const TABLES: readonly Field<Table>[] = [
  ['TABLE_CATALOG', text(), ({ database }) => database],
  ['TABLE_SCHEMA', text(), ({ schema }) => schema],
  ['TABLE_NAME', text(), ({ name }) => name],
  ['TABLE_OWNER', text(), () => OWNER],
  ['TABLE_TYPE', text(), ({ view }) => (view ? 'VIEW' : 'BASE TABLE')],
  ['IS_TRANSIENT', text(), ({ transient }) => yes(transient)],
  ['CLUSTERING_KEY', text(), () => null],
  [
    'ROW_COUNT',
    fixed(38, 0),
    (table) => (table.view ? null : { sql: `(SELECT count(*) FROM ${tableSql(table)})` }),
  ],
  ['BYTES', fixed(38, 0), ({ view }) => (view ? null : 0)],
  ['RETENTION_TIME', NUMBER, ({ view }) => (view ? null : 1)],
  ...empty('SELF_REFERENCING_COLUMN_NAME REFERENCE_GENERATION'),
  ...empty('USER_DEFINED_TYPE_CATALOG USER_DEFINED_TYPE_SCHEMA USER_DEFINED_TYPE_NAME'),
  ['IS_INSERTABLE_INTO', text(), () => 'YES'],
  ['IS_TYPED', text(), () => 'NO'],
  ...empty('COMMIT_ACTION'),
  ['CREATED', TIME, ({ createdOn }) => time(createdOn)],
  ['LAST_ALTERED', TIME, ({ createdOn }) => time(createdOn)],
  ['LAST_DDL', TIME, ({ createdOn }) => time(createdOn)],
  ...empty('LAST_DDL_BY'),
  ['AUTO_CLUSTERING_ON', text(), () => 'NO'],
  ['COMMENT', text(), ({ comment }) => comment],
  ...same({ IS_TEMPORARY: 'NO', IS_ICEBERG: 'NO', IS_DYNAMIC: 'NO', IS_IMMUTABLE: 'NO', IS_HYBRID: 'NO' }),
];

/** A column with its table and its place in it. */
export interface PlacedColumn extends Typed {
  readonly table: Table;
  readonly column: Column;
  readonly place: number;
}

/** The columns of INFORMATION_SCHEMA.COLUMNS, in the order of Snowflake's documentation. */
export const COLUMNS: readonly Field<PlacedColumn>[] = [
  ['TABLE_CATALOG', text(), ({ table }) => table.database],
  ['TABLE_SCHEMA', text(), ({ table }) => table.schema],
  ['TABLE_NAME', text(), ({ table }) => table.name],
  ['COLUMN_NAME', text(), ({ column }) => column.name],
  ['ORDINAL_POSITION', NUMBER, ({ place }) => place],
  ['COLUMN_DEFAULT', text(), ({ column }) => column.default],
  ['IS_NULLABLE', text(), ({ column }) => yes(column.nullable)],
  ['DATA_TYPE', text(), ({ type }) => dataTypeName(type)],
  ...SIZES,
  [
    'DATETIME_PRECISION',
    NUMBER,
    ({ type }) => (type.kind === 'TIME' || isTimestamp(type) ? type.scale : null),
  ],
  ...empty('INTERVAL_TYPE INTERVAL_PRECISION CHARACTER_SET_CATALOG CHARACTER_SET_SCHEMA CHARACTER_SET_NAME'),
  ...empty('COLLATION_CATALOG COLLATION_SCHEMA'),
  ['COLLATION_NAME', text(), ({ column }) => column.collation],
  ...empty('DOMAIN_CATALOG DOMAIN_SCHEMA DOMAIN_NAME UDT_CATALOG UDT_SCHEMA UDT_NAME'),
  ...empty('SCOPE_CATALOG SCOPE_SCHEMA SCOPE_NAME'),
  ...empty('MAXIMUM_CARDINALITY', NUMBER),
  ...empty('DTD_IDENTIFIER'),
  ['IS_SELF_REFERENCING', text(), () => 'NO'],
  ['IS_IDENTITY', text(), ({ column }) => yes(column.identity !== null)],
  ['IDENTITY_GENERATION', text(), ({ column }) => (column.identity ? 'BY DEFAULT' : null)],
  ['IDENTITY_START', text(), ({ column }) => (column.identity ? String(column.identity.start) : null)],
  ['IDENTITY_INCREMENT', text(), ({ column }) => (column.identity ? String(column.identity.step) : null)],
  ...empty('IDENTITY_MAXIMUM IDENTITY_MINIMUM'),
  ['IDENTITY_CYCLE', text(), ({ column }) => (column.identity ? 'NO' : null)],
  ['IDENTITY_ORDERED', text(), ({ column }) => (column.identity ? 'NO' : null)],
  ...empty('SCHEMA_EVOLUTION_RECORD'),
  ['COMMENT', text(), ({ column }) => column.comment],
];

/** The columns of INFORMATION_SCHEMA.SCHEMATA, in the order of Snowflake's documentation. */
export const SCHEMATA: readonly Field<Schema>[] = [
  ['CATALOG_NAME', text(), ({ database }) => database],
  ['SCHEMA_NAME', text(), ({ name }) => name],
  ['SCHEMA_OWNER', text(), () => OWNER],
  ['IS_TRANSIENT', text(), ({ transient }) => yes(transient)],
  ['IS_MANAGED_ACCESS', text(), () => 'NO'],
  ['RETENTION_TIME', NUMBER, () => 1],
  ...empty('DEFAULT_CHARACTER_SET_CATALOG DEFAULT_CHARACTER_SET_SCHEMA DEFAULT_CHARACTER_SET_NAME SQL_PATH'),
  ['CREATED', TIME, ({ createdOn }) => time(createdOn)],
  ['LAST_ALTERED', TIME, ({ createdOn }) => time(createdOn)],
  ['COMMENT', text(), ({ comment }) => comment],
  ['OWNER_ROLE_TYPE', text(), () => 'ROLE'],
];

/** The columns of INFORMATION_SCHEMA.DATABASES, in the order of Snowflake's documentation. */
export const DATABASES: readonly Field<Database>[] = [
  ['DATABASE_NAME', text(), ({ name }) => name],
  ['DATABASE_OWNER', text(), () => OWNER],
  ['IS_TRANSIENT', text(), ({ transient }) => yes(transient)],
  ['COMMENT', text(), ({ comment }) => comment],
  ['CREATED', TIME, ({ createdOn }) => time(createdOn)],
  ['LAST_ALTERED', TIME, ({ createdOn }) => time(createdOn)],
  ['RETENTION_TIME', NUMBER, () => 1],
  ['TYPE', text(), () => 'STANDARD'],
  ['OWNER_ROLE_TYPE', text(), () => 'ROLE'],
];

/** The columns of INFORMATION_SCHEMA.VIEWS, in the order of Snowflake's documentation. */
export const VIEWS: readonly Field<Table>[] = [
  ['TABLE_CATALOG', text(), ({ database }) => database],
  ['TABLE_SCHEMA', text(), ({ schema }) => schema],
  ['TABLE_NAME', text(), ({ name }) => name],
  ['TABLE_OWNER', text(), () => OWNER],
  ['VIEW_DEFINITION', text(), ({ view }) => view?.sql ?? null],
  ...same({ CHECK_OPTION: 'NONE', IS_UPDATABLE: 'NO', INSERTABLE_INTO: 'NO', IS_SECURE: 'NO' }),
  ['CREATED', TIME, ({ createdOn }) => time(createdOn)],
  ['LAST_ALTERED', TIME, ({ createdOn }) => time(createdOn)],
  ['LAST_DDL', TIME, ({ createdOn }) => time(createdOn)],
  ...empty('LAST_DDL_BY'),
  ['COMMENT', text(), ({ comment }) => comment],
];

/** A constraint with its table. */
export interface PlacedConstraint {
  readonly table: Table;
  readonly constraint: Constraint;
}

/** The columns of INFORMATION_SCHEMA.TABLE_CONSTRAINTS, in the order of Snowflake's documentation. */
export const TABLE_CONSTRAINTS: readonly Field<PlacedConstraint>[] = [
  ['CONSTRAINT_CATALOG', text(), ({ table }) => table.database],
  ['CONSTRAINT_SCHEMA', text(), ({ table }) => table.schema],
  ['CONSTRAINT_NAME', text(), ({ constraint }) => constraint.name],
  ['TABLE_CATALOG', text(), ({ table }) => table.database],
  ['TABLE_SCHEMA', text(), ({ table }) => table.schema],
  ['TABLE_NAME', text(), ({ table }) => table.name],
  ['CONSTRAINT_TYPE', text(), ({ constraint }) => constraint.kind],
  ...same({ IS_DEFERRABLE: 'NO', INITIALLY_DEFERRED: 'YES', ENFORCED: 'NO' }),
  ['COMMENT', text(), ({ constraint }) => constraint.comment],
  ['CREATED', TIME, ({ constraint }) => time(constraint.createdOn)],
  ['LAST_ALTERED', TIME, ({ constraint }) => time(constraint.createdOn)],
  ['RELY', text(), ({ constraint }) => yes(constraint.rely)],
];

/** The columns of INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS, in the order of Snowflake's documentation. */
export const REFERENTIAL_CONSTRAINTS: readonly Field<ForeignKey & { readonly child: Table }>[] = [
  ['CONSTRAINT_CATALOG', text(), ({ child }) => child.database],
  ['CONSTRAINT_SCHEMA', text(), ({ child }) => child.schema],
  ['CONSTRAINT_NAME', text(), ({ constraint }) => constraint.name],
  ['UNIQUE_CONSTRAINT_CATALOG', text(), ({ parent }) => parent.database],
  ['UNIQUE_CONSTRAINT_SCHEMA', text(), ({ parent }) => parent.schema],
  [
    'UNIQUE_CONSTRAINT_NAME',
    text(),
    ({ parent, reference }) => keyPointedAt(parent, reference.columns)?.name ?? null,
  ],
  ['MATCH_OPTION', text(), ({ reference }) => reference.match],
  ['UPDATE_RULE', text(), ({ reference }) => reference.updateRule],
  ['DELETE_RULE', text(), ({ reference }) => reference.deleteRule],
  ['COMMENT', text(), ({ constraint }) => constraint.comment],
  ['CREATED', TIME, ({ constraint }) => time(constraint.createdOn)],
  ['LAST_ALTERED', TIME, ({ constraint }) => time(constraint.createdOn)],
];

/** The columns of INFORMATION_SCHEMA.FUNCTIONS, in the order of Snowflake's documentation. */
export const FUNCTIONS: readonly Field<UserFunction & Typed>[] = [
  ['FUNCTION_CATALOG', text(), ({ database }) => database],
  ['FUNCTION_SCHEMA', text(), ({ schema }) => schema],
  ['FUNCTION_NAME', text(), ({ name }) => name],
  ['FUNCTION_OWNER', text(), () => OWNER],
  [
    'ARGUMENT_SIGNATURE',
    text(),
    (each) => `(${each.arguments.map(({ name, type }) => `${name} ${dataTypeName(type)}`).join(', ')})`,
  ],
  ['DATA_TYPE', text(), ({ type }) => displayType(type)],
  ...SIZES,
  ['FUNCTION_LANGUAGE', text(), ({ language }) => language],
  ['FUNCTION_DEFINITION', text(), ({ body }) => body],
  ['VOLATILITY', text(), () => 'VOLATILE'],
  ['IS_NULL_CALL', text(), ({ strict }) => yes(!strict)],
  ['IS_SECURE', text(), () => 'NO'],
  ['CREATED', TIME, ({ createdOn }) => time(createdOn)],
  ['LAST_ALTERED', TIME, ({ createdOn }) => time(createdOn)],
  ['COMMENT', text(), ({ comment }) => comment],
  ['IS_EXTERNAL', text(), () => 'NO'],
  ...empty('API_INTEGRATION CONTEXT_HEADERS MAX_BATCH_ROWS COMPRESSION PACKAGES RUNTIME_VERSION'),
  ...empty('INSTALLED_PACKAGES'),
  ['IS_MEMOIZABLE', text(), () => 'NO'],
  ...empty('IMPORTS HANDLER TARGET_PATH'),
];

/** The columns of INFORMATION_SCHEMA.ENABLED_ROLES, in the order of Snowflake's documentation. */
export const ENABLED_ROLES: readonly Field<Role>[] = [
  ['ROLE_NAME', text(), ({ name }) => name],
  ['ROLE_OWNER', text(), () => 'USERADMIN'],
];

/** The columns of INFORMATION_SCHEMA.APPLICABLE_ROLES, in the order of Snowflake's documentation. */
export const APPLICABLE_ROLES: readonly Field<Role & { readonly user: string }>[] = [
  ['GRANTEE', text(), ({ user }) => user],
  ['ROLE_NAME', text(), ({ name }) => name],
  ['ROLE_OWNER', text(), () => 'USERADMIN'],
  ['IS_GRANTABLE', text(), () => 'NO'],
];

const OBJECT_TAIL = 'CREATED LAST_ALTERED COMMENT';

/** Views of what there is none of here, with the columns that tools ask for. */
export const EMPTY_VIEWS: Readonly<Record<string, readonly Field<unknown>[]>> = {
  SEQUENCES: empty(
    `SEQUENCE_CATALOG SEQUENCE_SCHEMA SEQUENCE_NAME SEQUENCE_OWNER DATA_TYPE NUMERIC_PRECISION NUMERIC_PRECISION_RADIX NUMERIC_SCALE START_VALUE MINIMUM_VALUE MAXIMUM_VALUE NEXT_VALUE INCREMENT CYCLE_OPTION ${OBJECT_TAIL}`,
  ),
  PROCEDURES: empty(
    `PROCEDURE_CATALOG PROCEDURE_SCHEMA PROCEDURE_NAME PROCEDURE_OWNER ARGUMENT_SIGNATURE DATA_TYPE CHARACTER_MAXIMUM_LENGTH CHARACTER_OCTET_LENGTH NUMERIC_PRECISION NUMERIC_PRECISION_RADIX NUMERIC_SCALE PROCEDURE_LANGUAGE PROCEDURE_DEFINITION ${OBJECT_TAIL}`,
  ),
  STAGES: empty(
    `STAGE_CATALOG STAGE_SCHEMA STAGE_NAME STAGE_URL STAGE_REGION STAGE_TYPE STAGE_OWNER COMMENT CREATED LAST_ALTERED`,
  ),
  PIPES: empty(
    `PIPE_CATALOG PIPE_SCHEMA PIPE_NAME PIPE_OWNER DEFINITION IS_AUTOINGEST_ENABLED NOTIFICATION_CHANNEL_NAME ${OBJECT_TAIL} PATTERN`,
  ),
  EXTERNAL_TABLES: empty(
    `TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_OWNER ${OBJECT_TAIL} LOCATION FILE_FORMAT_NAME FILE_FORMAT_TYPE`,
  ),
  TABLE_PRIVILEGES: empty(
    'GRANTOR GRANTEE GRANTED_TO TABLE_CATALOG TABLE_SCHEMA TABLE_NAME PRIVILEGE_TYPE IS_GRANTABLE WITH_HIERARCHY CREATED',
  ),
  OBJECT_PRIVILEGES: empty(
    'GRANTOR GRANTEE GRANTED_TO OBJECT_CATALOG OBJECT_SCHEMA OBJECT_NAME OBJECT_TYPE PRIVILEGE_TYPE IS_GRANTABLE CREATED',
  ),
};

function dataTypeName(type: DataType): string {
  if (type.kind === 'FIXED') return 'NUMBER';
  return type.kind === 'REAL' ? 'FLOAT' : type.kind;
}

function octets(type: DataType): number | null {
  if (type.kind === 'BINARY') return type.length;
  return type.kind === 'TEXT' ? Math.min(type.length * 4, 16_777_216) : null;
}
