import { displayType } from '../../catalog/data-type.ts';
import type { UserFunction } from '../../catalog/entities.ts';
import type { Call } from '../ast.ts';
import type { Binder } from '../bind/binder.ts';
import { cast } from '../bind/cast.ts';
import { onceEach } from '../bind/once.ts';
import { qualifiedName } from '../bind/qualified-name.ts';
import { Scope } from '../bind/scope.ts';
import { nullValue, type Typed, typed } from '../bind/typed.ts';
import { invalidArguments, tooLarge } from '../error.ts';
import { QueryParser } from '../parse/query.ts';
import { TokenStream } from '../token-stream.ts';
import { fromJavaScript, toJavaScript } from './javascript-value.ts';

const LONGEST_QUERY = 1_000_000;

/** Binds a call of a function the user made; `undefined` when there is none of that name. */
export function bindUserFunction(call: Call, binder: Binder): Typed | undefined {
  const { environment } = binder;
  if (call.name.length < 3 && environment.database === null) return undefined;
  const [database, schema, name] = qualifiedName(call.name, {
    ...environment,
    schema: environment.schema ?? 'PUBLIC',
  });
  const overloads = environment.catalog.functions(database, schema, name);
  if (overloads.length === 0) return undefined;
  const values = call.arguments.map(({ value }) => binder.bind(value));
  const definition = choose(overloads, values);
  if (!definition) {
    const types = values.map(({ type }) => displayType(type));
    throw invalidArguments(name, types, call);
  }
  const converted = definition.arguments.map(({ type }, index) =>
    cast(values[index] as Typed, type, environment),
  );
  return definition.language === 'SQL'
    ? inline(definition, converted, binder)
    : script(definition, converted, binder);
}

/** The overload with the right number of arguments, best with the very kinds that were given. */
function choose(overloads: readonly UserFunction[], values: readonly Typed[]): UserFunction | undefined {
  const fitting = overloads.filter((each) => each.arguments.length === values.length);
  const exact = fitting.find((each) =>
    each.arguments.every(({ type }, index) => type.kind === values[index]?.type.kind),
  );
  return exact ?? fitting[0];
}

/** A SQL function is its body, with the arguments in place of their names. */
function inline(definition: UserFunction, values: readonly Typed[], binder: Binder): Typed {
  const scopeOf = (arguments_: readonly Typed[]): Scope => {
    const columns = definition.arguments.map(({ name }, at) => ({ name, value: arguments_[at] as Typed }));
    return new Scope([{ qualifier: [], columns }], null);
  };
  const parser = new QueryParser(new TokenStream(definition.body));
  if (parser.atQuery) {
    const query = parser.query();
    const bound = binder.query(query, scopeOf(values));
    // It contains the arguments as often as it names them, and it may be the argument of another.
    if (bound.sql.length > LONGEST_QUERY) throw tooLarge();
    const type = bound.columns[0]?.type ?? definition.returns;
    return cast(typed(`(${bound.sql})`, type), definition.returns, binder.environment);
  }
  const body = parser.expressions.expression();
  let result = nullValue(definition.returns);
  const sql = onceEach(
    values.map((value) => value.sql),
    (...names) => {
      const named = values.map((value, at) => ({ ...value, sql: names[at] as string }));
      const value = binder.inScope(scopeOf(named)).bind(body);
      result = cast(value, definition.returns, binder.environment);
      return result.sql;
    },
  );
  return { ...result, sql };
}

function script(definition: UserFunction, values: readonly Typed[], binder: Binder): Typed {
  const { environment } = binder;
  const guarded = onceEach(
    values.map((value) => value.sql),
    (...names) => {
      const parts = values.map((value, at) =>
        toJavaScript({ ...value, sql: names[at] as string }, environment),
      );
      const json = `('[' || ${parts.join(" || ',' || ") || "''"} || ']')`;
      const called = environment.callJavaScript(definition, json);
      const nulls = names.map((name) => `${name} IS NULL`).join(' OR ');
      return definition.strict && nulls ? `CASE WHEN NOT (${nulls}) THEN ${called} END` : called;
    },
  );
  return fromJavaScript(guarded, definition.returns, environment);
}
