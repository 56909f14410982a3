import type { UserFunction } from '../catalog/entities.ts';
import { displayName } from '../catalog/identifier.ts';
import type { Name } from '../sql/ast.ts';
import { qualifiedName } from '../sql/bind/qualified-name.ts';
import { compilationError, doesNotExist, SqlError, unsupported } from '../sql/error.ts';
import { dropAccountObject } from './account-object.ts';
import { type StatementResult, status } from './result.ts';
import { end, type Statement, type StatementHandler } from './statement.ts';
import { objectNamed, schemaNamed, shown } from './target.ts';

/** DROP DATABASE, SCHEMA, TABLE, VIEW, FUNCTION [IF EXISTS] name */
export const drop: StatementHandler = async (statement) => {
  const { tokens } = statement;
  tokens.expect('DROP');
  const kind = tokens.acceptAny(
    'DATABASE',
    'SCHEMA',
    'TABLE',
    'VIEW',
    'FUNCTION',
    'ROLE',
    'USER',
    'WAREHOUSE',
    'STREAM',
  );
  if (!kind) throw unsupported(`DROP ${tokens.peek().value}`);
  const tolerant = tokens.accept('IF', 'EXISTS');
  const name = tokens.name();
  const kinds = kind === 'FUNCTION' ? tokens.parenthesized(() => tokens.dataType().kind) : [];
  tokens.acceptAny('CASCADE', 'RESTRICT');
  tokens.expectEnd();
  await end(statement, 'COMMIT');
  try {
    return await dropNamed(statement, kind, name, kinds);
  } catch (error) {
    if (!tolerant || !(error instanceof SqlError) || error.code !== '002003') throw error;
    return status(
      `Drop statement executed successfully (${displayName(name.at(-1) as string)} already dropped).`,
    );
  }
};

async function dropNamed(
  statement: Statement,
  kind: string,
  name: Name,
  kinds: readonly string[],
): Promise<StatementResult> {
  const { context, environment } = statement;
  const done = status(`${displayName(name.at(-1) as string)} successfully dropped.`);
  switch (kind) {
    case 'DATABASE': {
      const database = name.at(-1) as string;
      if (!environment.catalog.database(database)) throw doesNotExist('Database', displayName(database));
      await context.catalog.change((change) => change.dropDatabase(database));
      leave(statement, database);
      return done;
    }
    case 'SCHEMA': {
      const schema = schemaNamed(statement, name);
      await context.catalog.change((change) => change.dropSchema(schema.database, schema.name));
      leave(statement, schema.database, schema.name);
      return done;
    }
    case 'TABLE':
    case 'VIEW': {
      const table = objectNamed(statement, name);
      if (Boolean(table.view) !== (kind === 'VIEW')) {
        throw compilationError(
          '002203',
          '42601',
          `Object found is of type '${table.view ? 'VIEW' : 'TABLE'}', not specified type '${kind}'.`,
        );
      }
      await context.catalog.change((change) => change.dropTable(table));
      return done;
    }
    case 'FUNCTION': {
      const dropped = functionNamed(statement, name, kinds);
      await context.catalog.change((change) => change.dropFunction(dropped));
      return done;
    }
    case 'ROLE':
    case 'WAREHOUSE':
      await dropAccountObject(statement, kind, name.at(-1) as string);
      return done;
    default:
      return done;
  }
}

function functionNamed({ environment }: Statement, name: Name, kinds: readonly string[]): UserFunction {
  const found = environment.catalog
    .functions(...qualifiedName(name, environment))
    .find((each) => each.arguments.map(({ type }) => type.kind).join() === kinds.join());
  if (!found) throw doesNotExist('Function', shown(name));
  return found;
}

/** Who drops the current database or schema has none after that. */
function leave({ session }: Statement, database: string, schema?: string): void {
  if (session.database !== database) return;
  if (schema === undefined) session.database = null;
  if (schema === undefined || session.schema === schema) session.schema = null;
}

/** UNDROP is a matter of time travel, which there is none of. */
export const undrop: StatementHandler = async () => {
  throw unsupported('UNDROP');
};
