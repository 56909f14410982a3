import type { CatalogChange } from '../catalog/catalog-change.ts';
import type { Table } from '../catalog/entities.ts';
import type { Name } from '../sql/ast.ts';
import { alreadyExists } from '../sql/error.ts';
import type { TokenStream } from '../sql/token-stream.ts';
import type { Statement } from './statement.ts';
import { existingSchema, shown } from './target.ts';

/** The words between CREATE and the kind of object. */
export interface CreateOptions {
  readonly replace: boolean;
  readonly tolerant: boolean;
  readonly transient: boolean;
}

/** Options that change nothing here: `NAME = value`, `CLUSTER BY (…)`, `WITH …`; gives the comment. */
export function readOptions(tokens: TokenStream): string | null {
  let comment: string | null = null;
  for (;;) {
    tokens.accept('WITH');
    if (tokens.accept('COMMENT')) {
      tokens.accept('=');
      comment = tokens.string();
    } else if (tokens.accept('CLUSTER', 'BY')) {
      tokens.expect('(');
      tokens.textUntilClosing();
      tokens.expect(')');
    } else if (tokens.accept('COPY', 'GRANTS')) comment ??= null;
    else if (
      tokens.peek().kind === 'word' &&
      tokens.peek(1).value === '=' &&
      tokens.peek(1).kind === 'operator'
    ) {
      tokens.next();
      tokens.next();
      if (tokens.accept('(')) {
        tokens.textUntilClosing();
        tokens.expect(')');
      } else tokens.next();
    } else return comment;
  }
}

/**
 * Creates a table or view where one may exist already; `make` runs in the transaction that removes the old one.
 * `null` when IF NOT EXISTS found one.
 */
export async function createObject(
  statement: Statement,
  options: CreateOptions,
  name: { database: string; schema: string; name: string },
  make: (change: CatalogChange) => Promise<Table>,
): Promise<Table | null> {
  existingSchema(statement, name.database, name.schema);
  const full: Name = [name.database, name.schema, name.name];
  const old = statement.environment.catalog.table(name.database, name.schema, name.name);
  if (old && options.tolerant) return null;
  if (old && !options.replace) throw alreadyExists(shown(full));
  return statement.context.catalog.change(async (change) => {
    if (old) await change.dropTable(old);
    return make(change);
  });
}
