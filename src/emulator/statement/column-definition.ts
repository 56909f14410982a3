import type { NewColumn } from '../catalog/catalog-change.ts';
import type { Identity } from '../catalog/entities.ts';
import { compilationError, unsupported } from '../sql/error.ts';
import type { TokenStream } from '../sql/token-stream.ts';
import { defaultSql } from './insert.ts';
import type { Statement } from './statement.ts';

/** Reads `name type [NOT NULL] [DEFAULT …] [AUTOINCREMENT …] [COLLATE …] [COMMENT …] [PRIMARY KEY] …` */
export function readColumnDefinition(statement: Statement): NewColumn {
  const { tokens } = statement;
  const name = tokens.identifier();
  const type = tokens.dataType();
  const attributes = readAttributes(statement);
  const column: NewColumn = { name, type, ...attributes };
  // A default that cannot be bound is found now, not at the first INSERT.
  if (column.default !== null) defaultSql(column.default, column, statement.environment);
  return column;
}

/** Reads what may follow a column's type, in any order. */
function readAttributes(statement: Statement): Omit<NewColumn, 'name' | 'type'> {
  const { tokens, parser } = statement;
  let nullable = true;
  let fallback: string | null = null;
  let comment: string | null = null;
  let collation: string | null = null;
  let identity: Identity | null = null;
  let primaryKey = false;
  for (;;) {
    tokens.accept('WITH');
    if (tokens.accept('NOT', 'NULL')) nullable = false;
    else if (tokens.accept('NULL')) nullable = true;
    else if (tokens.accept('DEFAULT')) fallback = parser.expressions.expression().text;
    else if (tokens.accept('COMMENT')) {
      tokens.accept('=');
      comment = tokens.string();
    } else if (tokens.accept('COLLATE')) collation = tokens.string() || null;
    else if (tokens.acceptAny('AUTOINCREMENT', 'IDENTITY')) identity = readIdentity(tokens);
    else if (tokens.accept('PRIMARY', 'KEY')) {
      primaryKey = true;
      nullable = false;
    } else if (tokens.accept('MASKING', 'POLICY') || tokens.accept('TAG'))
      throw unsupported('Policies and tags');
    else if (!readConstraint(tokens))
      return { nullable, default: fallback, comment, collation, identity, primaryKey };
  }
}

function readIdentity(tokens: TokenStream): Identity {
  let [start, step] = [1, 1];
  if (tokens.is('(')) [start = 1, step = 1] = tokens.parenthesized(() => tokens.integer());
  else {
    if (tokens.accept('START')) {
      tokens.accept('WITH');
      start = tokens.integer();
    }
    if (tokens.accept('INCREMENT')) {
      tokens.accept('BY');
      step = tokens.integer();
    }
  }
  tokens.acceptAny('ORDER', 'NOORDER');
  if (step === 0) throw compilationError('002023', '22023', 'The step of an identity column cannot be 0.');
  return { start, step };
}

/** Constraints that Snowflake keeps without enforcing them: read and passed over. */
function readConstraint(tokens: TokenStream): boolean {
  if (tokens.accept('CONSTRAINT')) {
    tokens.identifier();
    return true;
  }
  if (tokens.accept('UNIQUE')) return true;
  if (tokens.accept('REFERENCES')) {
    tokens.name();
    if (tokens.is('(')) tokens.parenthesized(() => tokens.identifier());
    return true;
  }
  return ['ENFORCED', 'VALIDATE', 'NOVALIDATE', 'RELY', 'NORELY', 'DEFERRABLE'].some(
    (word) => tokens.accept(word) || tokens.accept('NOT', word),
  );
}

/** Reads a constraint of the table; gives the columns of a primary key. */
export function readTableConstraint(tokens: TokenStream): readonly string[] | null {
  const mark = tokens.mark;
  if (tokens.accept('CONSTRAINT')) tokens.identifier();
  const list = (): string[] => tokens.parenthesized(() => tokens.identifier());
  if (tokens.accept('PRIMARY', 'KEY')) {
    const columns = list();
    while (readConstraint(tokens));
    return columns;
  }
  if (tokens.is('UNIQUE', '(')) {
    tokens.next();
    list();
  } else if (tokens.accept('FOREIGN', 'KEY')) {
    list();
    readConstraint(tokens);
  } else {
    tokens.rewind(mark);
    return null;
  }
  while (readConstraint(tokens));
  return [];
}
