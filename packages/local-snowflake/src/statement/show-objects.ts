import { fixed } from '../catalog/data-type.ts';
import { type Table, tableSql } from '../catalog/entities.ts';
import { STATEMENT_TYPE, type StatementResult, table } from './result.ts';
import {
  type Cell,
  chosen,
  columns,
  type ShowOptions,
  TERSE_COLUMNS,
  tablesOf,
  timeCell,
} from './show-list.ts';
import { columnType } from './show-lists.ts';
import { reading, type Statement } from './statement.ts';

/** SHOW DATABASES */
export function showDatabases({ environment, session }: Statement, options: ShowOptions): StatementResult {
  const found = chosen([...environment.catalog.databases.values()], options, ({ name }) => name);
  if (options.terse) {
    const rows = found.map((each): Cell[] => [timeCell(each.createdOn), each.name, 'STANDARD', null, null]);
    return table(STATEMENT_TYPE.SHOW, TERSE_COLUMNS, rows);
  }
  const rows = found.map((each): Cell[] => [
    timeCell(each.createdOn),
    each.name,
    'N',
    each.name === session.database ? 'Y' : 'N',
    '',
    session.role,
    each.comment ?? '',
    each.transient ? 'TRANSIENT' : '',
    '1',
    'STANDARD',
    'ROLE',
  ]);
  const names =
    'created_on name is_default is_current origin owner comment options retention_time kind owner_role_type';
  return table(STATEMENT_TYPE.SHOW, columns(names), rows);
}

/** SHOW SCHEMAS */
export function showSchemas({ session }: Statement, options: ShowOptions): StatementResult {
  const found = chosen(options.scope, options, ({ name }) => name);
  if (options.terse) {
    const rows = found.map((each): Cell[] => [
      ...[timeCell(each.createdOn), each.name, null, each.database, null],
    ]);
    return table(STATEMENT_TYPE.SHOW, TERSE_COLUMNS, rows);
  }
  const rows = found.map((each): Cell[] => [
    timeCell(each.createdOn),
    each.name,
    'N',
    each.database === session.database && each.name === session.schema ? 'Y' : 'N',
    each.database,
    session.role,
    each.comment ?? '',
    each.transient ? 'TRANSIENT' : '',
    '1',
    'ROLE',
    null,
    null,
    null,
  ]);
  const names =
    'created_on name is_default is_current database_name owner comment options retention_time owner_role_type classification_profile_database classification_profile_schema classification_profile';
  return table(STATEMENT_TYPE.SHOW, columns(names), rows);
}

/** What SHOW TABLES, VIEWS and OBJECTS are about: a table or view, and how many rows it has. */
interface Item {
  readonly each: Table;
  readonly rows: string | null;
  readonly role: string;
}

type ItemColumn = readonly [name: string, cell: (item: Item) => Cell];

const SIZE: readonly ItemColumn[] = [
  ['cluster_by', () => ''],
  ['rows', ({ rows }) => rows],
  ['bytes', ({ each }) => (each.view ? null : '0')],
  ['owner', ({ role }) => role],
  ['retention_time', ({ each }) => (each.view ? null : '1')],
];
const IDENTITY: readonly ItemColumn[] = [
  ['created_on', ({ each }) => timeCell(each.createdOn)],
  ['name', ({ each }) => each.name],
  ['database_name', ({ each }) => each.database],
  ['schema_name', ({ each }) => each.schema],
];
const COMMENT: ItemColumn = ['comment', ({ each }) => each.comment ?? ''];

/** The columns of each list, in the order of Snowflake's documentation. */
const ITEM_COLUMNS: Readonly<Record<'TABLES' | 'VIEWS' | 'OBJECTS', readonly ItemColumn[]>> = {
  TABLES: [
    ...IDENTITY,
    ['kind', ({ each }) => (each.transient ? 'TRANSIENT' : 'TABLE')],
    COMMENT,
    ...SIZE,
    ['automatic_clustering', () => 'OFF'],
    ['change_tracking', () => 'OFF'],
    ['is_external', () => 'N'],
    ['enable_schema_evolution', () => 'N'],
    ['owner_role_type', () => 'ROLE'],
    ['is_event', () => 'N'],
    ['budget', () => null],
    ['is_hybrid', () => 'N'],
    ['is_iceberg', () => 'N'],
    ['is_dynamic', () => 'N'],
    ['is_immutable', () => 'N'],
  ],
  VIEWS: [
    ['created_on', ({ each }) => timeCell(each.createdOn)],
    ['name', ({ each }) => each.name],
    ['reserved', () => ''],
    ['database_name', ({ each }) => each.database],
    ['schema_name', ({ each }) => each.schema],
    ['owner', ({ role }) => role],
    COMMENT,
    ['text', ({ each }) => each.view?.sql ?? ''],
    ['is_secure', () => 'false'],
    ['is_materialized', () => 'false'],
    ['owner_role_type', () => 'ROLE'],
    ['change_tracking', () => 'OFF'],
  ],
  OBJECTS: [
    ...IDENTITY,
    ['kind', ({ each }) => (each.view ? 'VIEW' : 'TABLE')],
    COMMENT,
    ...SIZE,
    ['owner_role_type', () => 'ROLE'],
    ['budget', () => null],
    ['is_hybrid', () => 'N'],
    ['is_dynamic', () => 'N'],
    ['is_iceberg', () => 'N'],
  ],
};

/** SHOW TABLES, VIEWS, OBJECTS */
export async function showTables(
  statement: Statement,
  options: ShowOptions,
  kind: 'TABLES' | 'VIEWS' | 'OBJECTS',
): Promise<StatementResult> {
  const wanted = tablesOf({ ...options, table: null }).filter(
    ({ view }) => kind === 'OBJECTS' || Boolean(view) === (kind === 'VIEWS'),
  );
  const found = chosen(wanted, options, ({ name }) => name);
  if (options.terse) {
    const rows = found.map((each): Cell[] => {
      const shown = each.view ? 'VIEW' : kind === 'TABLES' && each.transient ? 'TRANSIENT' : 'TABLE';
      return [timeCell(each.createdOn), each.name, shown, each.database, each.schema];
    });
    return table(STATEMENT_TYPE.SHOW, TERSE_COLUMNS, rows);
  }
  const counts = kind === 'VIEWS' ? new Map<number, string>() : await rowCounts(statement, found);
  const { role } = statement.session;
  const list = ITEM_COLUMNS[kind];
  const number = fixed(38, 0);
  return table(
    STATEMENT_TYPE.SHOW,
    columns(list.map(([name]) => name).join(' '), { rows: number, bytes: number }),
    found.map((each) => list.map(([, cell]) => cell({ each, rows: counts.get(each.id) ?? null, role }))),
  );
}

/** How many rows each table has, as text. */
export async function rowCounts(
  statement: Statement,
  tables: readonly Table[],
): Promise<Map<number, string>> {
  const own = tables.filter(({ view }) => !view);
  if (own.length === 0) return new Map();
  const sql = own.map((each) => `SELECT ${each.id}, count(*) FROM ${tableSql(each)}`).join(' UNION ALL ');
  const reader = await reading(statement, (connection) => connection.runAndReadAll(sql));
  return new Map(reader.getRows().map(([id, count]) => [Number(id), String(count)]));
}

/** SHOW COLUMNS */
export function showColumns(options: ShowOptions): StatementResult {
  const rows = tablesOf(options).flatMap((each) =>
    each.columns
      .filter(({ name }) => options.like?.test(name) ?? true)
      .map((column): Cell[] => [
        each.name,
        each.schema,
        column.name,
        JSON.stringify(columnType(column)),
        column.nullable ? 'true' : 'NOT_NULL',
        column.default ?? '',
        'COLUMN',
        '',
        column.comment ?? '',
        each.database,
        column.identity
          ? `IDENTITY START ${column.identity.start} INCREMENT ${column.identity.step} NOORDER`
          : '',
        null,
      ]),
  );
  const names =
    'table_name schema_name column_name data_type null? default kind expression comment database_name autoincrement schema_evolution_record';
  return table(STATEMENT_TYPE.SHOW, columns(names), rows.slice(0, options.limit));
}

/** SHOW [USER] FUNCTIONS */
export function showFunctions(options: ShowOptions): StatementResult {
  const all = options.scope.flatMap((schema) => [...schema.functions.values()].flat());
  const rows = chosen(all, options, ({ name }) => name).map((each): Cell[] => {
    const types = each.arguments.map(({ type }) => type.kind).join(', ');
    const count = String(each.arguments.length);
    return [
      ...[timeCell(each.createdOn), each.name, each.schema, 'N', 'N', 'N', count, count],
      ...[
        `${each.name}(${types}) RETURN ${each.returns.kind}`,
        each.comment ?? '',
        each.database,
        'N',
        each.language,
      ],
    ];
  });
  const names =
    'created_on name schema_name is_builtin is_aggregate is_ansi min_num_arguments max_num_arguments arguments description catalog_name is_table_function language';
  return table(STATEMENT_TYPE.SHOW, columns(names), rows);
}
