import { displayName } from '../catalog/identifier.ts';
import { alreadyExists, doesNotExist, SqlError, unsupported } from '../sql/error.ts';
import type { TokenStream } from '../sql/token-stream.ts';
import type { CreateOptions } from './create-options.ts';
import { type StatementResult, status } from './result.ts';
import type { Statement } from './statement.ts';

/** What exists for the whole account, and is nothing but a name here. */
export type AccountObject = 'ROLE' | 'WAREHOUSE';

const SIZES: ReadonlyMap<string, string> = new Map(
  [
    'X-Small',
    'Small',
    'Medium',
    'Large',
    'X-Large',
    '2X-Large',
    '3X-Large',
    '4X-Large',
    '5X-Large',
    '6X-Large',
  ].map((size) => [size.toUpperCase().replaceAll('-', ''), size]),
);

/** CREATE ROLE, CREATE WAREHOUSE; a new warehouse becomes the session's own. */
export async function createAccountObject(
  statement: Statement,
  kind: AccountObject,
  options: CreateOptions,
): Promise<StatementResult> {
  const { tokens, context, session } = statement;
  const name = tokens.identifier();
  const { size, comment } = readProperties(tokens);
  const exists = listOf(statement, kind).has(name);
  if (exists && options.tolerant) return status(`${displayName(name)} already exists, statement succeeded.`);
  if (exists && !options.replace) throw alreadyExists(displayName(name));
  await context.catalog.change((change) =>
    kind === 'ROLE'
      ? change.createRole(name, comment)
      : change.createWarehouse(name, size ?? 'X-Small', comment),
  );
  if (kind === 'WAREHOUSE') session.warehouse = name;
  const [first = '', ...rest] = kind;
  return status(`${first}${rest.join('').toLowerCase()} ${displayName(name)} successfully created.`);
}

/** DROP ROLE, DROP WAREHOUSE; who drops the current warehouse has none after that. */
export async function dropAccountObject(
  statement: Statement,
  kind: AccountObject,
  name: string,
): Promise<void> {
  const { context, session } = statement;
  mustExist(statement, kind, name);
  if (kind === 'ROLE' && (context.settings.role === name || SYSTEM.has(name))) {
    const message = `SQL access control error:\nInsufficient privileges to operate on role '${displayName(name)}'`;
    throw new SqlError('003001', '42501', message);
  }
  await context.catalog.change((change) =>
    kind === 'ROLE' ? change.dropRole(name) : change.dropWarehouse(name),
  );
  if (kind === 'WAREHOUSE' && session.warehouse === name) session.warehouse = null;
  if (kind === 'ROLE' && session.role === name) session.role = context.settings.role;
}

const SYSTEM = new Set(['ACCOUNTADMIN', 'ORGADMIN', 'PUBLIC', 'SECURITYADMIN', 'SYSADMIN', 'USERADMIN']);

/** ALTER ROLE, ALTER WAREHOUSE: size and comment change, the rest is only taken note of. */
export async function alterAccountObject(
  statement: Statement,
  kind: AccountObject,
): Promise<StatementResult> {
  const { tokens, environment, context } = statement;
  const tolerant = tokens.accept('IF', 'EXISTS');
  // ALTER WAREHOUSE SUSPEND is about the current one.
  const isCurrent = kind === 'WAREHOUSE' && tokens.peek(1).kind === 'end';
  const name = isCurrent ? (environment.warehouse ?? '') : tokens.identifier();
  if (tokens.is('RENAME')) throw unsupported(`ALTER ${kind} RENAME`);
  if (!tolerant || listOf(statement, kind).has(name)) {
    mustExist(statement, kind, name);
    if (tokens.accept('SET')) {
      const { size, comment } = readProperties(tokens);
      const warehouse = environment.catalog.warehouses.get(name);
      await context.catalog.change(async (change) => {
        if (kind === 'ROLE' && comment !== null) await change.createRole(name, comment);
        if (warehouse && kind === 'WAREHOUSE') {
          await change.createWarehouse(name, size ?? warehouse.size, comment ?? warehouse.comment);
        }
      });
    }
  }
  return status('Statement executed successfully.');
}

function listOf({ environment }: Statement, kind: AccountObject): ReadonlyMap<string, unknown> {
  return kind === 'ROLE' ? environment.catalog.roles : environment.catalog.warehouses;
}

function mustExist(statement: Statement, kind: AccountObject, name: string): void {
  if (listOf(statement, kind).has(name)) return;
  throw doesNotExist(kind === 'ROLE' ? 'Role' : 'Warehouse', displayName(name));
}

/** Reads `WITH NAME = value …`; gives the size of a warehouse and the comment. */
function readProperties(tokens: TokenStream): { size: string | null; comment: string | null } {
  let size: string | null = null;
  let comment: string | null = null;
  for (;;) {
    tokens.accept('WITH');
    tokens.accept(',');
    if (tokens.peek().kind !== 'word' || tokens.peek(1).value !== '=') return { size, comment };
    const property = tokens.next().value;
    tokens.next();
    const { value } = tokens.next();
    if (property === 'WAREHOUSE_SIZE') size = SIZES.get(sizeKey(value)) ?? size;
    if (property === 'COMMENT') comment = value;
    // X-SMALL without quotes is three tokens.
    if (property === 'WAREHOUSE_SIZE' && tokens.accept('-')) tokens.next();
  }
}

function sizeKey(value: string): string {
  const key = value.toUpperCase().replaceAll('-', '');
  return key
    .replace(/^XXLARGE$/, '2XLARGE')
    .replace(/^XXXLARGE$/, '3XLARGE')
    .replace(/^X(\d)LARGE$/, '$1XLARGE');
}
