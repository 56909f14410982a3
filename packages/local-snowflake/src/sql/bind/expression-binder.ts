import { type DataType, MAX_TEXT_LENGTH, text } from '../../catalog/data-type.ts';
import { displayName } from '../../catalog/identifier.ts';
import type { Expression, OrderItem, Query, Window } from '../ast.ts';
import { bindNotSet, compilationError, invalidIdentifier } from '../error.ts';
import { arithmetic, numeric } from './arithmetic.ts';
import type { Binder, FunctionRegistry } from './binder.ts';
import type { BoundQuery } from './bound-query.ts';
import { bindCase } from './case.ts';
import { cast } from './cast.ts';
import { commonType } from './common-type.ts';
import { compare, comparisonKey } from './comparison.ts';
import type { Environment } from './environment.ts';
import { addInterval } from './interval.ts';
import { bindBetween, bindIn, bindIs, bindLike, bindQuantified } from './predicate.ts';
import type { Scope } from './scope.ts';
import { bindArray, bindObject, bindPath } from './semi-structured.ts';
import { nullValue, numberLiteral, type Typed, textLiteral, truth, typed } from './typed.ts';

type Node<K extends Expression['node']> = Extract<Expression, { node: K }>;

/** What an expression can hold that other files bind. */
interface Parts {
  readonly functions: FunctionRegistry;
  readonly bindQuery: (query: Query, outer: Scope) => BoundQuery;
}

/** Resolves names, types and functions of expressions, and writes them as DuckDB SQL. */
export class ExpressionBinder implements Binder {
  readonly environment: Environment;
  readonly scope: Scope;
  readonly #parts: Parts;
  /** A subquery may be anywhere in WHERE, but not in a lambda, in ON of an outer join or in MERGE. */
  readonly inWhere: boolean;

  constructor(environment: Environment, scope: Scope, parts: Parts, inWhere = false) {
    this.environment = environment;
    this.scope = scope;
    this.#parts = parts;
    this.inWhere = inWhere;
  }

  bind(expression: Expression): Typed {
    switch (expression.node) {
      case 'literal':
        return literal(expression);
      case 'bind': {
        const value = this.environment.bind(expression.index);
        if (!value) throw bindNotSet(expression.text);
        return value;
      }
      case 'column':
        return this.#column(expression);
      case 'unary':
        return this.#unary(expression);
      case 'binary':
        return this.#binary(expression);
      case 'is':
        return bindIs(expression, this);
      case 'between':
        return bindBetween(expression, this);
      case 'in':
        return bindIn(expression, this);
      case 'quantified':
        return bindQuantified(expression, this);
      case 'like':
        return bindLike(expression, this);
      case 'case':
        return bindCase(expression, this);
      case 'cast':
        return cast(
          this.bind(expression.operand),
          expression.type,
          this.environment,
          expression.attempt ? 'try' : 'cast',
        );
      case 'path':
        return bindPath(expression, this);
      case 'subquery':
        return this.#subquery(expression);
      case 'exists':
        return truth(`EXISTS (${this.#parts.bindQuery(expression.query, this.scope).sql})`, false);
      case 'array':
        return bindArray(expression, this);
      case 'object':
        return bindObject(expression, this);
      case 'call':
        return this.#parts.functions.call(expression, this);
      case 'tuple':
      case 'star':
      case 'interval':
        throw compilationError('001003', '42000', `unexpected '${expression.text}'.`);
    }
  }

  /** `expr ASC NULLS LAST, …`; NULL counts as the highest value unless the query says otherwise. */
  orderBy(
    items: readonly OrderItem[],
    value = (item: Expression): string => comparisonKey(this.bind(item)),
  ): string {
    return items
      .map((item) => {
        const nulls = item.nulls ?? (item.descending ? 'FIRST' : 'LAST');
        return `${value(item.value)} ${item.descending ? 'DESC' : 'ASC'} NULLS ${nulls}`;
      })
      .join(', ');
  }

  /** `OVER (…)` */
  window(window: Window): string {
    const partition = window.partitionBy.map((each) => comparisonKey(this.bind(each))).join(', ');
    const parts = [
      partition ? `PARTITION BY ${partition}` : '',
      window.orderBy.length > 0 ? `ORDER BY ${this.orderBy(window.orderBy)}` : '',
      window.frame ?? '',
    ];
    return ` OVER (${parts.filter(Boolean).join(' ')})`;
  }

  /** A query inside an expression. */
  query(query: Query, scope: Scope = this.scope): BoundQuery {
    return this.#parts.bindQuery(query, scope);
  }

  /** The binder of WHERE over the same names. */
  forWhere(): ExpressionBinder {
    return new ExpressionBinder(this.environment, this.scope, this.#parts, true);
  }

  /** A binder for the same statement that sees the names of another scope only. */
  inScope(scope: Scope): ExpressionBinder {
    return new ExpressionBinder(this.environment, scope, this.#parts);
  }

  #column(expression: Node<'column'>): Typed {
    const { name } = expression;
    const only = name.length === 1 ? (name[0] as string) : '';
    // A column may be called "$1"; without such a column it is the first one.
    const column = this.scope.find(name, expression);
    if (column) return column.value;
    if (/^\$\d+$/.test(only)) {
      const numbered = this.scope.position(Number(only.slice(1)));
      if (numbered) return numbered.value;
    }
    const bare = this.#parts.functions.withoutParentheses(only, expression, this);
    if (bare) return bare;
    throw invalidIdentifier(name.map(displayName).join('.'), expression);
  }

  #unary({ operator, operand }: Node<'unary'>): Typed {
    const value = this.bind(operand);
    if (operator === 'NOT') {
      return truth(`(NOT ${cast(value, { kind: 'BOOLEAN' }, this.environment).sql})`, value.nullable);
    }
    const number = numeric(value, this.environment);
    if (operator === '+') return number;
    if (number.literal !== undefined)
      return { ...number, sql: `(-${number.sql})`, literal: `-${number.literal}` };
    return typed(`(-${number.sql})`, number.type, number.nullable);
  }

  #binary({ operator, left, right }: Node<'binary'>): Typed {
    const { environment } = this;
    if ((operator === '+' || operator === '-') && right.node === 'interval') {
      return addInterval(this.bind(left), right.value, operator === '-' ? -1 : 1, environment);
    }
    const a = this.bind(left);
    const b = this.bind(right);
    switch (operator) {
      case 'AND':
      case 'OR': {
        const boolean: DataType = { kind: 'BOOLEAN' };
        const [x, y] = [cast(a, boolean, environment).sql, cast(b, boolean, environment).sql];
        return truth(`(${x} ${operator} ${y})`, a.nullable || b.nullable);
      }
      case '||':
        return this.#concatenate(a, b);
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
        return arithmetic(operator, a, b, environment);
      default:
        return compare(operator, a, b, environment);
    }
  }

  #concatenate(a: Typed, b: Typed): Typed {
    const nullable = a.nullable || b.nullable;
    if (a.type.kind === 'BINARY' && b.type.kind === 'BINARY')
      return typed(`(${a.sql} || ${b.sql})`, a.type, nullable);
    const [x, y] = [cast(a, text(), this.environment), cast(b, text(), this.environment)];
    const length = (value: Typed): number =>
      value.type.kind === 'TEXT' ? value.type.length : MAX_TEXT_LENGTH;
    return typed(`(${x.sql} || ${y.sql})`, text(Math.min(length(a) + length(b), MAX_TEXT_LENGTH)), nullable);
  }

  /** Brings values to the one type they share. */
  unify(values: readonly Typed[]): Typed[] {
    let shared = values[0] as Typed;
    for (const value of values.slice(1)) {
      const untyped = Boolean(shared.untyped && value.untyped);
      shared = { sql: '', type: commonType(shared, value), nullable: true, untyped };
    }
    if (shared.untyped) return [...values];
    return values.map((value) => cast(value, shared.type, this.environment));
  }

  #subquery({ query }: Node<'subquery'>): Typed {
    const bound = this.query(query);
    const [column] = bound.columns;
    if (!column || bound.columns.length > 1) {
      throw compilationError('000904', '42000', 'Subquery must return exactly one column');
    }
    return { ...typed(`(${bound.sql})`, column.type, true), ...(column.untyped ? { untyped: true } : {}) };
  }
}

function literal({ type, value }: Node<'literal'>): Typed {
  switch (type) {
    case 'number':
      return numberLiteral(value);
    case 'string':
      return textLiteral(value);
    case 'binary':
      if (!/^([0-9a-f]{2})*$/i.test(value))
        throw compilationError('100115', '22018', `'${value}' is not a hexadecimal text.`);
      return typed(`unhex('${value}')`, { kind: 'BINARY', length: Math.max(value.length / 2, 1) }, false);
    case 'boolean':
      return { ...truth(value, false), literal: value };
    case 'null':
      return nullValue();
  }
}
