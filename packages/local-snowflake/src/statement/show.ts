import type { Schema, Table } from '../catalog/entities.ts';
import { displayName } from '../catalog/identifier.ts';
import { likePattern } from '../sql/bind/like-pattern.ts';
import { doesNotExist, unsupported } from '../sql/error.ts';
import { showOthers, showParameters, showRoles, showWarehouses } from './show-account.ts';
import { showChannels } from './show-channels.ts';
import { showForeignKeys, showKeys } from './show-keys.ts';
import type { ShowOptions } from './show-list.ts';
import { EMPTY_LISTS } from './show-lists.ts';
import { showColumns, showDatabases, showFunctions, showSchemas, showTables } from './show-objects.ts';
import type { Statement, StatementHandler } from './statement.ts';
import { objectNamed, schemaNamed } from './target.ts';

/** SHOW [TERSE] kind [LIKE '…'] [IN …] [STARTS WITH '…'] [LIMIT n] */
export const show: StatementHandler = async (statement) => {
  const { tokens } = statement;
  tokens.expect('SHOW');
  const terse = tokens.accept('TERSE');
  const kind = readKind(statement);
  if (kind === 'GRANTS') return showOthers(statement, kind);
  tokens.accept('HISTORY');
  const options = { ...readOptions(statement, kind), terse };
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
      return showKeys(options, 'PRIMARY KEY');
    case 'UNIQUE KEYS':
      return showKeys(options, 'UNIQUE');
    case 'IMPORTED KEYS':
      return showForeignKeys(statement, options, 'IMPORTED');
    case 'EXPORTED KEYS':
      return showForeignKeys(statement, options, 'EXPORTED');
    case 'WAREHOUSES':
      return showWarehouses(statement, options);
    case 'ROLES':
      return showRoles(statement, options);
    case 'CHANNELS':
      return showChannels(statement, options);
    case 'PARAMETERS':
      return showParameters(statement, options);
    case 'FUNCTIONS':
    case 'USER FUNCTIONS':
      return showFunctions(options);
    default:
      return showOthers(statement, kind);
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
    'WAREHOUSES',
    'ROLES',
  ];
  if (two || own.includes(kind) || kind in EMPTY_LISTS) return kind;
  throw unsupported(`SHOW ${kind}`);
}

function readOptions(statement: Statement, kind: string): Omit<ShowOptions, 'terse'> {
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
