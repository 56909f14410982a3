import type { NewColumn } from '../catalog/catalog-change.ts';
import type { Identity } from '../catalog/entities.ts';
import { compilationError, unsupported } from '../sql/error.ts';
import type { TokenStream } from '../sql/token-stream.ts';
import { readColumnConstraint, type WrittenConstraint } from './constraint-definition.ts';
import { defaultSql } from './insert.ts';
import type { Statement } from './statement.ts';

/** A column as it is written, with the constraints behind it. */
export interface ColumnDefinition {
  readonly column: NewColumn;
  readonly constraints: readonly WrittenConstraint[];
}

/** Reads `name type [NOT NULL] [DEFAULT …] [AUTOINCREMENT …] [COLLATE …] [COMMENT …] [PRIMARY KEY] …` */
export function readColumnDefinition(statement: Statement): ColumnDefinition {
  const { tokens } = statement;
  const name = tokens.identifier();
  const type = tokens.dataType();
  const { constraints, ...attributes } = readAttributes(statement, name);
  const column: NewColumn = { name, type, ...attributes };
  // A default that cannot be bound is found now, not at the first INSERT.
  if (column.default !== null) defaultSql(column.default, column, statement.environment);
  return { column, constraints };
}

/** Reads what may follow a column's type, in any order. */
function readAttributes(
  statement: Statement,
  name: string,
): Omit<NewColumn, 'name' | 'type'> & Pick<ColumnDefinition, 'constraints'> {
  const { tokens, parser } = statement;
  let nullable = true;
  let fallback: string | null = null;
  let comment: string | null = null;
  let collation: string | null = null;
  let identity: Identity | null = null;
  const constraints: WrittenConstraint[] = [];
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
    else if (tokens.accept('MASKING', 'POLICY') || tokens.accept('TAG'))
      throw unsupported('Policies and tags');
    else {
      const constraint = readColumnConstraint(tokens, name);
      if (!constraint) return { nullable, default: fallback, comment, collation, identity, constraints };
      constraints.push(constraint);
      if (constraint.kind === 'PRIMARY KEY') nullable = false;
    }
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
