import { text } from '../catalog/data-type.ts';
import type { Variable } from '../session/session.ts';
import { cast } from '../sql/bind/cast.ts';
import { QueryBinder } from '../sql/bind/query-binder.ts';
import { Scope } from '../sql/bind/scope.ts';
import type { Typed } from '../sql/bind/typed.ts';
import { compilationError } from '../sql/error.ts';
import { FUNCTIONS } from '../sql/functions/registry.ts';
import type { Token } from '../sql/token.ts';
import { type StatementResult, status } from './result.ts';
import { reading, type Statement, type StatementHandler } from './statement.ts';

const DONE = 'Statement executed successfully.';

/** SET name = value; SET (name, …) = (value, …); SET name = (SELECT …) */
export const setVariables: StatementHandler = async (statement) => {
  const { tokens, parser, session, environment } = statement;
  tokens.expect('SET');
  const several = tokens.is('(');
  const names = several ? tokens.parenthesized(() => tokens.identifier()) : [tokens.identifier()];
  tokens.expect('=');
  const values = several
    ? tokens.parenthesized(() => parser.expressions.expression())
    : [parser.expressions.expression()];
  tokens.expectEnd();
  if (values.length !== names.length) {
    throw compilationError('001003', '42000', `${names.length} variables and ${values.length} values`);
  }
  const binder = new QueryBinder(environment, FUNCTIONS).expressions(new Scope([]));
  for (const [index, name] of names.entries()) {
    const value = values[index];
    if (value) session.variables.set(name, await evaluated(statement, binder.bind(value)));
  }
  return status(DONE);
};

/** UNSET name; UNSET (name, …) */
export const unsetVariables: StatementHandler = async ({ tokens, session }): Promise<StatementResult> => {
  tokens.expect('UNSET');
  const names = tokens.is('(') ? tokens.parenthesized(() => tokens.identifier()) : [tokens.identifier()];
  tokens.expectEnd();
  for (const name of names) session.variables.delete(name);
  return status(DONE);
};

async function evaluated(statement: Statement, value: Typed): Promise<Variable> {
  const sql = `SELECT ${cast(value, text(), statement.environment).sql}`;
  const reader = await reading(statement, (connection) => connection.runAndReadAll(sql));
  const result = reader.getRows()[0]?.[0];
  if (typeof result !== 'string') return { kind: 'word', value: 'NULL' };
  const { kind } = value.type;
  if (kind === 'FIXED' || kind === 'REAL') return { kind: 'number', value: result };
  return kind === 'BOOLEAN'
    ? { kind: 'word', value: result.toUpperCase() }
    : { kind: 'string', value: result };
}

/**
 * Tokens with values in place of `$NAME`; `$1` is a column.
 * @throws SqlError 002211 for a variable that is not set
 */
export function withVariables(tokens: readonly Token[], variables: ReadonlyMap<string, Variable>): Token[] {
  return tokens.map((token) => {
    if (token.kind !== 'word' || !/^\$\D/.test(token.value)) return token;
    const variable = variables.get(token.value.slice(1));
    if (variable) return { ...token, ...variable };
    const where = `error line ${token.line} at position ${token.column}`;
    throw compilationError('002211', '02000', `${where}\nSession variable '${token.value}' does not exist`);
  });
}
