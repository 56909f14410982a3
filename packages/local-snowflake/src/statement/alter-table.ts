import { displayType } from '../catalog/data-type.ts';
import type { Column, Table } from '../catalog/entities.ts';
import { displayName } from '../catalog/identifier.ts';
import { compilationError, invalidIdentifier, unsupported } from '../sql/error.ts';
import { readColumnDefinition } from './column-definition.ts';
import { atTableConstraint } from './constraint-definition.ts';
import { readOptions } from './create-options.ts';
import { defaultSql } from './insert.ts';
import { type StatementResult, status } from './result.ts';
import { end, type Statement } from './statement.ts';
import {
  addConstraint,
  addConstraints,
  alterConstraint,
  dropConstraint,
  renameConstraint,
} from './table-constraint.ts';
import { newName, objectNamed, shown } from './target.ts';

const DONE = status('Statement executed successfully.');

/** ALTER TABLE name ADD, DROP, RENAME, ALTER, SET, UNSET, SWAP, CLUSTER, MIGRATE … */
export async function alterTable(statement: Statement): Promise<StatementResult> {
  const { tokens, context } = statement;
  const tolerant = tokens.accept('IF', 'EXISTS');
  const name = tokens.name();
  await end(statement, 'COMMIT');
  if (tolerant && !exists(statement, name)) return DONE;
  const table = objectNamed(statement, name);
  if (tokens.accept('RENAME', 'TO')) return rename(statement, table);
  if (tokens.accept('SWAP', 'WITH')) return swap(statement, table);
  if (tokens.accept('ADD')) return add(statement, table);
  if (tokens.accept('DROP')) return dropColumns(statement, table);
  if (tokens.accept('RENAME')) {
    if (!tokens.is('CONSTRAINT')) return renameColumn(statement, table);
    await renameConstraint(statement, table);
    return DONE;
  }
  if (tokens.acceptAny('ALTER', 'MODIFY')) {
    if (!tokens.is('CONSTRAINT') && !tokens.is('PRIMARY', 'KEY')) return alterColumns(statement, table);
    await alterConstraint(statement, table);
    return DONE;
  }
  if (tokens.accept('SET')) {
    const comment = readOptions(tokens);
    tokens.expectEnd();
    if (comment !== null) await context.catalog.change((change) => change.commentTable(table, comment));
    return DONE;
  }
  if (tokens.accept('UNSET', 'COMMENT')) {
    await context.catalog.change((change) => change.commentTable(table, null));
    return DONE;
  }
  if (tokens.acceptAny('CLUSTER', 'MIGRATE', 'RESUME', 'SUSPEND', 'UNSET')) return DONE;
  throw unsupported(`ALTER TABLE ${tokens.peek().value}`);
}

function exists(statement: Statement, name: readonly string[]): boolean {
  const { database, schema, name: object } = newName(statement, name);
  return statement.environment.catalog.table(database, schema, object) !== undefined;
}

async function rename(statement: Statement, table: Table): Promise<StatementResult> {
  const { tokens, context, environment } = statement;
  const to = newName(statement, tokens.name());
  tokens.expectEnd();
  if (environment.catalog.table(to.database, to.schema, to.name)) {
    throw compilationError(
      '002002',
      '42710',
      `Object '${shown([to.database, to.schema, to.name])}' already exists.`,
    );
  }
  await context.catalog.change((change) => change.renameTable(table, to));
  return DONE;
}

/** SWAP WITH: both tables take the other's name. */
async function swap(statement: Statement, table: Table): Promise<StatementResult> {
  const { tokens, context } = statement;
  const other = objectNamed(statement, tokens.name());
  tokens.expectEnd();
  await context.catalog.change((change) => change.swapTables(table, other));
  return DONE;
}

async function add(statement: Statement, table: Table): Promise<StatementResult> {
  const { tokens, context, environment } = statement;
  if (atTableConstraint(tokens)) {
    await addConstraint(statement, table);
    return DONE;
  }
  tokens.accept('COLUMN');
  const tolerant = tokens.accept('IF', 'NOT', 'EXISTS');
  const added = [readColumnDefinition(statement)];
  while (tokens.accept(',')) {
    tokens.accept('COLUMN');
    added.push(readColumnDefinition(statement));
  }
  tokens.expectEnd();
  const isNew = added.filter(({ column }) => !table.columns.some((each) => each.name === column.name));
  if (isNew.length < added.length && !tolerant) {
    const twice = added.find((definition) => !isNew.includes(definition))?.column;
    throw compilationError('001430', '42601', `column '${displayName(twice?.name ?? '')}' already exists`);
  }
  await context.catalog.change(async (change) => {
    let current = table;
    for (const { column, constraints } of isNew) {
      const fill = column.default === null ? null : defaultSql(column.default, column, environment);
      current = await change.addColumn(current, column, fill);
      current = await addConstraints(statement, change, current, constraints);
    }
  });
  return DONE;
}

function readColumn({ tokens }: Statement, table: Table): Column {
  const at = tokens.peek();
  const name = tokens.identifier();
  const column = table.columns.find((each) => each.name === name);
  if (!column) throw invalidIdentifier(displayName(name), at);
  return column;
}

async function dropColumns(statement: Statement, table: Table): Promise<StatementResult> {
  const { tokens, context } = statement;
  if (tokens.accept('CLUSTERING', 'KEY')) return DONE;
  if (tokens.is('CONSTRAINT') || tokens.is('PRIMARY', 'KEY') || tokens.is('UNIQUE') || tokens.is('FOREIGN')) {
    await dropConstraint(statement, table);
    return DONE;
  }
  tokens.accept('COLUMN');
  const tolerant = tokens.accept('IF', 'EXISTS');
  const dropped: Column[] = [];
  do {
    const known = table.columns.some((each) => each.name === tokens.peek().value);
    if (tolerant && !known) tokens.identifier();
    else dropped.push(readColumn(statement, table));
  } while (tokens.accept(','));
  tokens.expectEnd();
  if (dropped.length === table.columns.length) {
    throw compilationError('002028', '42601', 'A table must have at least one column.');
  }
  await context.catalog.change(async (change) => {
    let current = table;
    for (const column of dropped) current = await change.dropColumn(current, column);
  });
  return DONE;
}

async function renameColumn(statement: Statement, table: Table): Promise<StatementResult> {
  const { tokens, context } = statement;
  tokens.expect('COLUMN');
  const column = readColumn(statement, table);
  tokens.expect('TO');
  const name = tokens.identifier();
  tokens.expectEnd();
  if (table.columns.some((each) => each.name === name)) {
    throw compilationError('002002', '42710', `Column '${displayName(name)}' already exists.`);
  }
  await context.catalog.change((change) => change.renameColumn(table, column, name));
  return DONE;
}

/** ALTER [COLUMN] c SET NOT NULL | DROP NOT NULL | [SET DATA] TYPE t | COMMENT '…' | DROP DEFAULT | SET DEFAULT …, … */
async function alterColumns(statement: Statement, table: Table): Promise<StatementResult> {
  const { tokens, context } = statement;
  const grouped = tokens.accept('(');
  await context.catalog.change(async (change) => {
    let current = table;
    do {
      tokens.accept('COLUMN');
      const column = readColumn(statement, current);
      current = await change.alterColumn(current, column, readAlteration(statement, column));
    } while (tokens.accept(','));
    if (grouped) tokens.expect(')');
    tokens.expectEnd();
  });
  return DONE;
}

function readAlteration({ tokens, parser }: Statement, column: Column): Column {
  if (tokens.accept('SET', 'NOT', 'NULL') || tokens.accept('NOT', 'NULL'))
    return { ...column, nullable: false };
  if (tokens.accept('DROP', 'NOT', 'NULL')) return { ...column, nullable: true };
  if (tokens.accept('DROP', 'DEFAULT')) return { ...column, default: null };
  if (tokens.accept('SET', 'DEFAULT')) return { ...column, default: parser.expressions.expression().text };
  if (tokens.accept('COMMENT')) return { ...column, comment: tokens.string() };
  if (tokens.accept('UNSET', 'COMMENT')) return { ...column, comment: null };
  tokens.accept('SET', 'DATA');
  tokens.accept('TYPE');
  return { ...column, type: widened(column, tokens.dataType()) };
}

/** Snowflake lets a column grow: longer texts, more digits before the point. */
function widened(column: Column, type: Column['type']): Column['type'] {
  const { type: old } = column;
  const grows =
    (old.kind === 'TEXT' && type.kind === 'TEXT' && type.length >= old.length) ||
    (old.kind === 'FIXED' &&
      type.kind === 'FIXED' &&
      type.scale === old.scale &&
      type.precision >= old.precision);
  if (grows) return type;
  throw compilationError(
    '002108',
    '22000',
    `cannot change column ${displayName(column.name)} from type ${displayType(old)} to ${displayType(type)}`,
  );
}
