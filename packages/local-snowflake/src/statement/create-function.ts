import { Script } from 'node:vm';
import type { DataType } from '../catalog/data-type.ts';
import type { UserFunction } from '../catalog/entities.ts';
import { displayName } from '../catalog/identifier.ts';
import { alreadyExists, compilationError, unsupported } from '../sql/error.ts';
import { QueryParser } from '../sql/parse/query.ts';
import { TokenStream } from '../sql/token-stream.ts';
import type { CreateOptions } from './create-options.ts';
import { type StatementResult, status } from './result.ts';
import type { Statement } from './statement.ts';
import { existingSchema, newName } from './target.ts';

/** CREATE FUNCTION name(arguments) RETURNS type [LANGUAGE …] [STRICT …] AS body, in JavaScript or SQL. */
export async function createFunction(statement: Statement, options: CreateOptions): Promise<StatementResult> {
  const { tokens, environment, context } = statement;
  const name = newName(statement, tokens.name());
  const parameters = tokens.parenthesized(() => readParameter(statement));
  tokens.expect('RETURNS');
  if (tokens.is('TABLE')) throw unsupported('Table functions of users');
  const returns = tokens.dataType();
  const { language, strict, comment } = readProperties(tokens);
  tokens.expect('AS');
  const body = tokens.string();
  tokens.expectEnd();
  existingSchema(statement, name.database, name.schema);
  checkBody(language, body);
  const definition: Omit<UserFunction, 'id' | 'createdOn'> = {
    ...name,
    arguments: parameters,
    returns,
    language,
    body,
    strict,
    comment,
  };
  const kinds = (types: readonly { type: DataType }[]): string => types.map(({ type }) => type.kind).join();
  const existing = environment.catalog
    .functions(name.database, name.schema, name.name)
    .find((each) => kinds(each.arguments) === kinds(parameters));
  if (existing && options.tolerant)
    return status(`${displayName(name.name)} already exists, statement succeeded.`);
  if (existing && !options.replace) throw alreadyExists(displayName(name.name));
  await context.catalog.change((change) => change.createFunction(definition));
  return status(`Function ${displayName(name.name)} successfully created.`);
}

function readParameter({ tokens }: Statement): { name: string; type: DataType } {
  const parameter = { name: tokens.identifier(), type: tokens.dataType() };
  if (tokens.is('DEFAULT')) throw unsupported('Default of a function argument');
  return parameter;
}

interface Properties {
  readonly language: 'JAVASCRIPT' | 'SQL';
  readonly strict: boolean;
  readonly comment: string | null;
}

function readProperties(tokens: TokenStream): Properties {
  let language: Properties['language'] = 'SQL';
  let strict = false;
  let comment: string | null = null;
  for (;;) {
    if (tokens.accept('LANGUAGE')) {
      const word = tokens.identifier();
      if (word !== 'JAVASCRIPT' && word !== 'SQL') throw unsupported(`Functions in ${word}`);
      language = word;
    } else if (tokens.accept('STRICT') || tokens.accept('RETURNS', 'NULL', 'ON', 'NULL', 'INPUT'))
      strict = true;
    else if (tokens.accept('COMMENT')) {
      tokens.accept('=');
      comment = tokens.string();
    } else if (
      !tokens.accept('CALLED', 'ON', 'NULL', 'INPUT') &&
      !tokens.acceptAny('IMMUTABLE', 'VOLATILE', 'MEMOIZABLE') &&
      !tokens.accept('NOT', 'NULL')
    ) {
      return { language, strict, comment };
    }
  }
}

/** Finds syntax errors when the function is made, as Snowflake does. */
function checkBody(language: Properties['language'], body: string): void {
  if (language === 'SQL') {
    const parser = new QueryParser(new TokenStream(body));
    if (parser.atQuery) parser.query();
    else parser.expressions.expression();
    parser.tokens.expectEnd();
    return;
  }
  try {
    // Compiled only, never run here.
    new Script(`(function () {${body}\n})`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw compilationError(
      '100131',
      'P0000',
      `JavaScript compilation error: Uncaught SyntaxError: ${message}`,
    );
  }
}
