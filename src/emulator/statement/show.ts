import { type DataType, fixed, text } from '../catalog/data-type.ts';
import { type Schema, type Table, tableSql } from '../catalog/entities.ts';
import { displayName } from '../catalog/identifier.ts';
import { likePattern } from '../sql/bind/like-pattern.ts';
import { doesNotExist, unsupported } from '../sql/error.ts';
import { STATEMENT_TYPE, type StatementResult, table } from './result.ts';
import { showChannels } from './show-channels.ts';
import { columnType, EMPTY_LISTS } from './show-lists.ts';
import { reading, type Statement, type StatementHandler } from './statement.ts';
import { objectNamed, schemaNamed } from './target.ts';

/** What SHOW was told besides the kind: LIKE, IN, STARTS WITH, LIMIT. */
export interface ShowOptions {
  readonly like: RegExp | null;
  readonly scope: readonly Schema[];
  /** The one table after IN TABLE. */
  readonly table: Table | null;
  readonly startsWith: string;
  readonly limit: number;
}

type Cell = string | null;
type Column = readonly [name: string, type: DataType];

/** SHOW [TERSE] kind [LIKE '…'] [IN …] [STARTS WITH '…'] [LIMIT n] */
export const show: StatementHandler = async (statement) => {
  const { tokens } = statement;
  tokens.expect('SHOW');
  tokens.accept('TERSE');
  const kind = readKind(statement);
  if (kind === 'GRANTS') return list('GRANTS', []);
  tokens.accept('HISTORY');
  const options = readOptions(statement, kind);
  tokens.expectEnd();
  switch (kind) {
    case 'DATABASES':
      return showDatabases(statement, options);
    case 'SCHEMAS':
      return showSchemas(statement, options);
    case 'TABLES':
    case 'VIEWS':
    case 'OBJECTS':
      return showTables(statement, options, kind);
    case 'COLUMNS':
      return showColumns(options);
    case 'PRIMARY KEYS':
      return showKeys(options);
    case 'CHANNELS':
      return showChannels(statement, options);
    case 'PARAMETERS':
      return showParameters(statement, options);
    case 'FUNCTIONS':
    case 'USER FUNCTIONS':
      return showFunctions(options);
    default:
      return list(kind, recordedRows(statement, kind));
  }
};

const KINDS = ['PRIMARY KEYS', 'USER FUNCTIONS', 'IMPORTED KEYS', 'EXPORTED KEYS', 'UNIQUE KEYS'];

function readKind({ tokens }: Statement): string {
  const two = KINDS.find((kind) => tokens.accept(...kind.split(' ')));
  const kind = two ?? tokens.identifier();
  const own = [
    'DATABASES',
    'SCHEMAS',
    'TABLES',
    'VIEWS',
    'OBJECTS',
    'COLUMNS',
    'CHANNELS',
    'PARAMETERS',
    'FUNCTIONS',
    'GRANTS',
  ];
  if (two || own.includes(kind) || kind in EMPTY_LISTS) return kind;
  throw unsupported(`SHOW ${kind}`);
}

function readOptions(statement: Statement, kind: string): ShowOptions {
  const { tokens } = statement;
  const like = tokens.accept('LIKE') ? likePattern(tokens.string()) : null;
  let scope: readonly Schema[] | null = null;
  let one: Table | null = null;
  if (tokens.accept('IN') || tokens.accept('FOR')) {
    if (tokens.acceptAny('TABLE', 'VIEW')) {
      one = objectNamed(statement, tokens.name());
      scope = schemas(statement, one.database, one.schema);
    } else scope = readScope(statement);
  }
  const startsWith = tokens.accept('STARTS', 'WITH') ? tokens.string() : '';
  const limit = tokens.accept('LIMIT') ? tokens.integer() : Number.POSITIVE_INFINITY;
  if (tokens.accept('FROM')) throw unsupported(`SHOW ${kind} LIMIT … FROM`);
  return { like, scope: scope ?? usualScope(statement, kind), table: one, startsWith, limit };
}

function readScope(statement: Statement): readonly Schema[] {
  const { tokens, environment } = statement;
  if (tokens.acceptAny('ACCOUNT', 'SESSION', 'USER')) return schemas(statement);
  const kind = tokens.acceptAny('DATABASE', 'SCHEMA');
  const named = tokens.atIdentifier && !tokens.is('STARTS') && !tokens.is('LIMIT');
  if (kind === 'DATABASE' || (!kind && named && tokens.peek(1).value !== '.' && !isSchema(statement))) {
    const database = named ? tokens.identifier() : (environment.database ?? '');
    if (!environment.catalog.database(database)) throw doesNotExist('Database', displayName(database));
    return schemas(statement, database);
  }
  if (!named) return usualScope(statement, 'TABLES');
  const schema = schemaNamed(statement, tokens.name());
  return [schema];
}

function isSchema({ tokens, environment }: Statement): boolean {
  return environment.catalog.schema(environment.database ?? '', tokens.peek().value) !== undefined;
}

function schemas({ environment }: Statement, database?: string, schema?: string): Schema[] {
  return [...environment.catalog.databases.values()]
    .filter(({ name }) => database === undefined || name === database)
    .flatMap((each) => [...each.schemas.values()])
    .filter(({ name }) => schema === undefined || name === schema);
}

function usualScope(statement: Statement, kind: string): readonly Schema[] {
  const { database, schema } = statement.environment;
  if (database === null) return schemas(statement);
  return schemas(statement, database, kind === 'SCHEMAS' || schema === null ? undefined : schema);
}

/** Keeps what LIKE, STARTS WITH and LIMIT let through, by name. */
export function chosen<T>(items: readonly T[], options: ShowOptions, name: (item: T) => string): T[] {
  return [...items]
    .filter((item) => options.like?.test(name(item)) ?? true)
    .filter((item) => name(item).startsWith(options.startsWith))
    .sort((a, b) => (name(a) < name(b) ? -1 : 1))
    .slice(0, options.limit);
}

const TIME: DataType = { kind: 'TIMESTAMP_LTZ', scale: 3 };

/** Milliseconds as a cell of a timestamp with three digits. */
export function timeCell(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

/** Columns that are all text, except those named here. */
export function columns(names: string, others: Readonly<Record<string, DataType>> = {}): Column[] {
  return names.split(' ').map((name) => [name, others[name] ?? (name === 'created_on' ? TIME : text())]);
}

function showDatabases({ environment, session }: Statement, options: ShowOptions): StatementResult {
  const rows = chosen([...environment.catalog.databases.values()], options, ({ name }) => name).map(
    (each): Cell[] => [
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
    ],
  );
  return table(
    STATEMENT_TYPE.SHOW,
    columns('created_on name is_default is_current origin owner comment options retention_time kind'),
    rows,
  );
}

function showSchemas(statement: Statement, options: ShowOptions): StatementResult {
  const { session } = statement;
  const rows = chosen(options.scope, options, ({ name }) => name).map((each): Cell[] => [
    timeCell(each.createdOn),
    each.name,
    'N',
    each.database === session.database && each.name === session.schema ? 'Y' : 'N',
    each.database,
    session.role,
    each.comment ?? '',
    each.transient ? 'TRANSIENT' : '',
    '1',
  ]);
  return table(
    STATEMENT_TYPE.SHOW,
    columns('created_on name is_default is_current database_name owner comment options retention_time'),
    rows,
  );
}

async function showTables(
  statement: Statement,
  options: ShowOptions,
  kind: string,
): Promise<StatementResult> {
  const all = options.scope.flatMap((schema) => [...schema.tables.values()]);
  const wanted = all.filter(({ view }) => kind === 'OBJECTS' || Boolean(view) === (kind === 'VIEWS'));
  const found = chosen(wanted, options, ({ name }) => name);
  const rows = await rowCounts(statement, found);
  const cells = found.map((each): Cell[] => [
    timeCell(each.createdOn),
    each.name,
    each.database,
    each.schema,
    each.view ? 'VIEW' : each.transient ? 'TRANSIENT' : 'TABLE',
    each.comment ?? '',
    '',
    rows.get(each.id) ?? null,
    each.view ? null : '0',
    statement.session.role,
    '1',
    each.view?.sql ?? null,
  ]);
  const number = fixed(38, 0);
  const names =
    'created_on name database_name schema_name kind comment cluster_by rows bytes owner retention_time text';
  return table(STATEMENT_TYPE.SHOW, columns(names, { rows: number, bytes: number }), cells);
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

function showColumns(options: ShowOptions): StatementResult {
  const tables = options.table
    ? [options.table]
    : options.scope.flatMap((schema) => [...schema.tables.values()]);
  const rows = tables.flatMap((each) =>
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
      ]),
  );
  const names =
    'table_name schema_name column_name data_type null? default kind expression comment database_name autoincrement';
  return table(STATEMENT_TYPE.SHOW, columns(names), rows.slice(0, options.limit));
}

function showKeys(options: ShowOptions): StatementResult {
  const tables = options.table
    ? [options.table]
    : options.scope.flatMap((schema) => [...schema.tables.values()]);
  const rows = tables.flatMap((each) =>
    each.columns
      .filter(({ primaryKey }) => primaryKey)
      .map((column, index): Cell[] => [
        ...[timeCell(each.createdOn), each.database, each.schema, each.name, column.name],
        ...[String(index + 1), `SYS_CONSTRAINT_${each.id}`, 'false', ''],
      ]),
  );
  const names =
    'created_on database_name schema_name table_name column_name key_sequence constraint_name rely comment';
  return table(STATEMENT_TYPE.SHOW, columns(names, { key_sequence: fixed(38, 0) }), rows);
}

function showParameters({ session }: Statement, options: ShowOptions): StatementResult {
  const { parameters } = session;
  const rows = chosen(parameters.list(), options, ({ name }) => name).map(({ name, value }): Cell[] => {
    const usual = parameters.default(name);
    const level = usual === value ? '' : 'SESSION';
    const type = typeof usual === 'string' ? 'STRING' : typeof usual === 'number' ? 'NUMBER' : 'BOOLEAN';
    return [name, String(value), String(usual), level, '', type];
  });
  return table(STATEMENT_TYPE.SHOW, columns('key value default level description type'), rows);
}

function showFunctions(options: ShowOptions): StatementResult {
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

/** Of these there is exactly one, which is the session's own. */
function recordedRows({ session, environment }: Statement, kind: string): Cell[][] {
  const now = timeCell(environment.now);
  if (kind === 'WAREHOUSES' && session.warehouse)
    return [[session.warehouse, 'STARTED', 'STANDARD', 'X-Small', 'Y', now]];
  if (kind === 'ROLES') return [[now, session.role, 'N', 'Y', 'N', '']];
  if (kind === 'USERS') return [[session.user, now, session.user, session.role]];
  return [];
}

function list(kind: string, rows: Cell[][]): StatementResult {
  return table(
    STATEMENT_TYPE.SHOW,
    columns(EMPTY_LISTS[kind] ?? 'created_on name database_name schema_name comment'),
    rows,
  );
}
