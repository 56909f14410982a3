import { randomUUID } from 'node:crypto';
import type { CatalogChange } from '../catalog/catalog-change.ts';
import type { Constraint, Table } from '../catalog/entities.ts';
import { displayName } from '../catalog/identifier.ts';
import { compilationError, doesNotExist } from '../sql/error.ts';
import {
  readProperty,
  readRely,
  readTableConstraint,
  type WrittenConstraint,
} from './constraint-definition.ts';
import type { Statement } from './statement.ts';
import { newName, objectNamed } from './target.ts';

/** Gives a table further constraints; the columns of a primary key become NOT NULL. */
export async function addConstraints(
  statement: Statement,
  change: CatalogChange,
  table: Table,
  written: readonly WrittenConstraint[],
): Promise<Table> {
  let current = table;
  for (const each of written) {
    const added = resolved(statement, current, each);
    if (added.kind === 'PRIMARY KEY') {
      if (current.constraints.some(({ kind }) => kind === 'PRIMARY KEY')) {
        const message = `primary key already exists for table '${displayName(table.name)}'`;
        throw compilationError('002002', '42710', message);
      }
      for (const column of current.columns) {
        if (!added.columns.includes(column.ordinal) || !column.nullable) continue;
        current = await change.alterColumn(current, column, { ...column, nullable: false });
      }
    }
    if (current.constraints.some(({ name }) => name === added.name)) {
      throw compilationError('002002', '42710', `Constraint '${displayName(added.name)}' already exists.`);
    }
    current = await change.setConstraints(current, [...current.constraints, added]);
  }
  return current;
}

/** The constraints of a table, for a copy of it: their names are new. */
export function copiedConstraints(table: Table): Constraint[] {
  return table.constraints.map((each) => ({ ...each, name: newConstraintName(), createdOn: Date.now() }));
}

function newConstraintName(): string {
  return `SYS_CONSTRAINT_${randomUUID()}`;
}

function resolved(statement: Statement, table: Table, written: WrittenConstraint): Constraint {
  const { name, kind, columns, reference, rely, comment, match, updateRule, deleteRule } = written;
  return {
    name: name ?? newConstraintName(),
    kind,
    columns: ordinals(table, columns),
    reference: reference && {
      ...referenced(statement, table, reference),
      match,
      updateRule,
      deleteRule,
    },
    rely,
    comment,
    createdOn: Date.now(),
  };
}

function referenced(
  statement: Statement,
  table: Table,
  { table: name, columns }: NonNullable<WrittenConstraint['reference']>,
): { table: number; columns: readonly number[] } {
  const full = newName(statement, name);
  const isSelf = full.database === table.database && full.schema === table.schema && full.name === table.name;
  const target = isSelf ? table : objectNamed(statement, name);
  const key = target.constraints.find(({ kind }) => kind === 'PRIMARY KEY');
  if (columns === null && !key) throw noKey(target);
  return { table: target.id, columns: columns ? ordinals(target, columns) : (key?.columns ?? []) };
}

function noKey(table: Table): Error {
  const message = `Referenced table '${displayName(table.name)}' has no primary key; name the columns.`;
  return compilationError('002023', '42601', message);
}

function ordinals(table: Table, columns: readonly string[]): number[] {
  return columns.map((name) => {
    const column = table.columns.find((each) => each.name === name);
    if (!column) throw compilationError('000904', '42000', `invalid identifier '${displayName(name)}'`);
    return column.ordinal;
  });
}

/** ALTER TABLE … ADD [CONSTRAINT name] PRIMARY KEY, UNIQUE, FOREIGN KEY … */
export async function addConstraint(statement: Statement, table: Table): Promise<void> {
  const { tokens, context } = statement;
  const written = [readTableConstraint(tokens)];
  while (tokens.accept(',')) {
    tokens.accept('ADD');
    written.push(readTableConstraint(tokens));
  }
  if (tokens.accept('COMMENT'))
    written.push({ ...(written.pop() as WrittenConstraint), comment: tokens.string() });
  tokens.expectEnd();
  await context.catalog.change((change) => addConstraints(statement, change, table, written));
}

/** ALTER TABLE … DROP CONSTRAINT name | PRIMARY KEY | UNIQUE (…) | FOREIGN KEY (…) [CASCADE|RESTRICT] */
export async function dropConstraint(statement: Statement, table: Table): Promise<void> {
  const { tokens, context } = statement;
  const dropped = readChosen(statement, table);
  tokens.acceptAny('CASCADE', 'RESTRICT');
  tokens.expectEnd();
  const left = table.constraints.filter((each) => each !== dropped);
  await context.catalog.change((change) => change.setConstraints(table, left));
}

/** ALTER TABLE … ALTER|MODIFY CONSTRAINT … RELY|NORELY … */
export async function alterConstraint(statement: Statement, table: Table): Promise<void> {
  const { tokens, context } = statement;
  const altered = readChosen(statement, table);
  let { rely } = altered;
  for (;;) {
    const said = readRely(tokens);
    if (said !== null) rely = said;
    else if (!readProperty(tokens)) break;
  }
  tokens.expectEnd();
  const constraints = table.constraints.map((each) => (each === altered ? { ...each, rely } : each));
  await context.catalog.change((change) => change.setConstraints(table, constraints));
}

/** ALTER TABLE … RENAME CONSTRAINT a TO b */
export async function renameConstraint(statement: Statement, table: Table): Promise<void> {
  const { tokens, context } = statement;
  tokens.expect('CONSTRAINT');
  const renamed = named(table, tokens.identifier());
  tokens.expect('TO');
  const name = tokens.identifier();
  tokens.expectEnd();
  const constraints = table.constraints.map((each) => (each === renamed ? { ...each, name } : each));
  await context.catalog.change((change) => change.setConstraints(table, constraints));
}

function readChosen({ tokens }: Statement, table: Table): Constraint {
  if (tokens.accept('CONSTRAINT')) return named(table, tokens.identifier());
  const kinds = ['PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY'] as const;
  const kind = kinds.find((each) => tokens.accept(...each.split(' ')));
  if (!kind) throw tokens.unexpected();
  const columns = tokens.is('(')
    ? ordinals(
        table,
        tokens.parenthesized(() => tokens.identifier()),
      )
    : null;
  const found = table.constraints.find(
    (each) => each.kind === kind && (columns === null || String(each.columns) === String(columns)),
  );
  if (!found) throw doesNotExist('Constraint', kind);
  return found;
}

function named(table: Table, name: string): Constraint {
  const found = table.constraints.find((each) => each.name === name);
  if (!found) throw doesNotExist('Constraint', displayName(name));
  return found;
}
