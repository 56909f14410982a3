import type { Call, Expression, Name } from '../ast.ts';
import type { Binder, FunctionRegistry } from '../bind/binder.ts';
import type { Typed } from '../bind/typed.ts';
import { unknownFunction, unsupported } from '../error.ts';
import { AGGREGATE_FUNCTIONS } from './aggregate.ts';
import { BoundCall, type FunctionBuilder } from './bound-call.ts';
import { CONDITIONAL_FUNCTIONS } from './conditional.ts';
import { CONTEXT_FUNCTIONS, WITHOUT_PARENTHESES } from './context.ts';
import { CONVERSION_FUNCTIONS } from './conversion.ts';
import { DATE_FUNCTIONS } from './date.ts';
import { HASH_FUNCTIONS } from './hash.ts';
import { NUMBER_FUNCTIONS } from './number.ts';
import { REGULAR_EXPRESSION_FUNCTIONS } from './regular-expression.ts';
import { SEMI_STRUCTURED_FUNCTIONS } from './semi-structured.ts';
import { bindTableFunction } from './table-function.ts';
import { TEXT_FUNCTIONS } from './text.ts';
import { UNSUPPORTED } from './unsupported.ts';
import { bindUserFunction } from './user-function.ts';

const BUILT_IN: ReadonlyMap<string, FunctionBuilder> = new Map<string, FunctionBuilder>(
  [
    AGGREGATE_FUNCTIONS,
    CONDITIONAL_FUNCTIONS,
    CONTEXT_FUNCTIONS,
    CONVERSION_FUNCTIONS,
    DATE_FUNCTIONS,
    HASH_FUNCTIONS,
    NUMBER_FUNCTIONS,
    REGULAR_EXPRESSION_FUNCTIONS,
    SEMI_STRUCTURED_FUNCTIONS,
    TEXT_FUNCTIONS,
  ].flatMap((family) => Object.entries(family)),
);

/**
 * Binds a call: a function of Snowflake's, else one the user made.
 * @throws SqlError 002140 for a function that is neither, 000002 for one that Snowflake has and we have not.
 */
function bindCall(call: Call, binder: Binder): Typed {
  const name = call.name.at(-1) as string;
  const builder = call.name.length === 1 ? BUILT_IN.get(name) : undefined;
  if (builder) return builder(new BoundCall(name, call, binder));
  const user = bindUserFunction(call, binder);
  if (user) return user;
  if (UNSUPPORTED.has(name)) throw unsupported(`Function ${name}`);
  throw unknownFunction(call.name.join('.'));
}

/** Functions that need no parentheses, such as CURRENT_DATE. */
function withoutParentheses(name: string, at: Expression, binder: Binder): Typed | undefined {
  if (!WITHOUT_PARENTHESES.has(name)) return undefined;
  const { line, column, text } = at;
  const rest = { arguments: [], distinct: false, withinGroup: null, ignoreNulls: false, over: null };
  const names: Name = [name];
  return bindCall({ node: 'call', name: names, ...rest, line, column, text }, binder);
}

/** All functions, as the binder is given them. */
export const FUNCTIONS: FunctionRegistry = {
  call: bindCall,
  withoutParentheses,
  table: bindTableFunction,
};
