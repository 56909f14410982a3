import type { Constraint } from '../catalog/entities.ts';
import type { Name } from '../sql/ast.ts';
import type { TokenStream } from '../sql/token-stream.ts';

/** A constraint as it is written: names of columns and of the table that a foreign key points at. */
export interface ConstraintDefinition {
  readonly name: string | null;
  readonly kind: Constraint['kind'];
  readonly columns: readonly string[];
  readonly reference: ReferenceDefinition | null;
  readonly rely: boolean;
  readonly comment: string | null;
}

interface ReferenceDefinition {
  readonly table: Name;
  /** `null` for those of the primary key. */
  readonly columns: readonly string[] | null;
}

/** MATCH and the rules of a foreign key. */
interface Rules {
  match: string;
  updateRule: string;
  deleteRule: string;
}

export type WrittenConstraint = ConstraintDefinition & Rules;

/** Reads a constraint behind a column, if there is one: [CONSTRAINT name] PRIMARY KEY, UNIQUE, [FOREIGN KEY] REFERENCES … */
export function readColumnConstraint(tokens: TokenStream, column: string): WrittenConstraint | null {
  const name = tokens.accept('CONSTRAINT') ? tokens.identifier() : null;
  if (tokens.accept('PRIMARY', 'KEY')) return finish(tokens, name, 'PRIMARY KEY', [column], null);
  if (tokens.accept('UNIQUE')) return finish(tokens, name, 'UNIQUE', [column], null);
  if (tokens.accept('FOREIGN', 'KEY') || tokens.is('REFERENCES')) {
    return finish(tokens, name, 'FOREIGN KEY', [column], readReference(tokens));
  }
  if (name !== null) throw tokens.unexpected();
  return null;
}

/** True when a constraint of a table comes next. */
export function atTableConstraint(tokens: TokenStream): boolean {
  return (
    tokens.is('CONSTRAINT') ||
    tokens.is('PRIMARY', 'KEY') ||
    tokens.is('FOREIGN', 'KEY') ||
    tokens.is('UNIQUE', '(') ||
    tokens.is('UNIQUE', 'KEY', '(')
  );
}

/** Reads a constraint of a table: [CONSTRAINT name] PRIMARY KEY (…), UNIQUE (…), FOREIGN KEY (…) REFERENCES … */
export function readTableConstraint(tokens: TokenStream): WrittenConstraint {
  const name = tokens.accept('CONSTRAINT') ? tokens.identifier() : null;
  const list = (): string[] => tokens.parenthesized(() => tokens.identifier());
  if (tokens.accept('PRIMARY', 'KEY')) return finish(tokens, name, 'PRIMARY KEY', list(), null);
  if (tokens.accept('UNIQUE')) {
    tokens.accept('KEY');
    return finish(tokens, name, 'UNIQUE', list(), null);
  }
  tokens.expect('FOREIGN', 'KEY');
  const columns = list();
  return finish(tokens, name, 'FOREIGN KEY', columns, readReference(tokens));
}

function readReference(tokens: TokenStream): ReferenceDefinition {
  tokens.expect('REFERENCES');
  const table = tokens.name();
  return { table, columns: tokens.is('(') ? tokens.parenthesized(() => tokens.identifier()) : null };
}

function finish(
  tokens: TokenStream,
  name: string | null,
  kind: Constraint['kind'],
  columns: readonly string[],
  reference: ReferenceDefinition | null,
): WrittenConstraint {
  const rules: Rules = { match: 'SIMPLE', updateRule: 'NO ACTION', deleteRule: 'NO ACTION' };
  let rely = false;
  for (;;) {
    const said = readRely(tokens);
    if (said !== null) rely = said;
    else if (tokens.accept('MATCH')) rules.match = tokens.acceptAny('FULL', 'SIMPLE', 'PARTIAL') ?? 'SIMPLE';
    else if (tokens.accept('ON', 'UPDATE')) rules.updateRule = readRule(tokens);
    else if (tokens.accept('ON', 'DELETE')) rules.deleteRule = readRule(tokens);
    else if (!readProperty(tokens)) break;
  }
  return { name, kind, columns, reference, rely, comment: null, ...rules };
}

/** Reads RELY or NORELY, if it is there. */
export function readRely(tokens: TokenStream): boolean | null {
  if (tokens.accept('RELY')) return true;
  return tokens.accept('NORELY') ? false : null;
}

/** Properties that change nothing: Snowflake enforces no constraint. */
export function readProperty(tokens: TokenStream): boolean {
  if (tokens.accept('INITIALLY')) return Boolean(tokens.acceptAny('DEFERRED', 'IMMEDIATE'));
  return ['ENFORCED', 'DEFERRABLE', 'ENABLE', 'DISABLE', 'VALIDATE', 'NOVALIDATE'].some(
    (word) => tokens.accept(word) || tokens.accept('NOT', word),
  );
}

function readRule(tokens: TokenStream): string {
  const rules = ['CASCADE', 'SET NULL', 'SET DEFAULT', 'RESTRICT', 'NO ACTION'];
  const rule = rules.find((each) => tokens.accept(...each.split(' ')));
  if (!rule) throw tokens.unexpected();
  return rule;
}
