import { type DataType, MAX_TEXT_LENGTH, text } from '../../catalog/data-type.ts';
import { displayName, duckText } from '../../catalog/identifier.ts';
import type { Expression, OrderItem, Query, Window } from '../ast.ts';
import { bindNotSet, compilationError, invalidIdentifier } from '../error.ts';
import { bindCall } from '../functions/call.ts';
import { arithmetic, numeric } from './arithmetic.ts';
import { cast } from './cast.ts';
import { commonType } from './common-type.ts';
import { compare, comparisonKey, membership } from './comparison.ts';
import type { Environment } from './environment.ts';
import { addInterval } from './interval.ts';
import { once, onceEach, onceTyped } from './once.ts';
import type { Scope } from './scope.ts';
import { nullValue, numberLiteral, type Typed, textLiteral, truth, typed } from './typed.ts';

/** A query after binding; its DuckDB SQL yields the columns `c1`, `c2` … */
export interface BoundQuery {
  readonly sql: string;
  readonly columns: readonly OutputColumn[];
}

/** A column of a result, and the table column it shows when it shows one. */
export interface OutputColumn {
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
  readonly table?: readonly string[];
  readonly untyped?: boolean;
}

type Node<K extends Expression['node']> = Extract<Expression, { node: K }>;

/** Resolves names, types and functions of expressions, and writes them as DuckDB SQL. */
export class ExpressionBinder {
  readonly environment: Environment;
  readonly scope: Scope;
  readonly #bindQuery: (query: Query, outer: Scope) => BoundQuery;
  /** A subquery may stand anywhere in WHERE, but not in a lambda, in ON of an outer join or in MERGE. */
  readonly #inWhere: boolean;

  constructor(
    environment: Environment,
    scope: Scope,
    bindQuery: (query: Query, outer: Scope) => BoundQuery,
    inWhere = false,
  ) {
    this.environment = environment;
    this.scope = scope;
    this.#bindQuery = bindQuery;
    this.#inWhere = inWhere;
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
        return this.#is(expression);
      case 'between':
        return this.#between(expression);
      case 'in':
        return this.#in(expression);
      case 'quantified':
        return this.#quantified(expression);
      case 'like':
        return this.#like(expression);
      case 'case':
        return this.#case(expression);
      case 'cast':
        return cast(
          this.bind(expression.operand),
          expression.type,
          this.environment,
          expression.attempt ? 'try' : 'cast',
        );
      case 'path':
        return this.#path(expression);
      case 'subquery':
        return this.#subquery(expression);
      case 'exists':
        return truth(`EXISTS (${this.#bindQuery(expression.query, this.scope).sql})`, false);
      case 'array':
        return this.#container(
          'ARRAY',
          expression.items.map((item) => this.#json(item, 'undefined')),
        );
      case 'object':
        return this.#container(
          'OBJECT',
          expression.entries.map(
            ({ key, value }) => `${duckText(`${JSON.stringify(key)}:`)} || ${this.#json(value, 'null')}`,
          ),
        );
      case 'call':
        return bindCall(expression, this);
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
    return this.#bindQuery(query, scope);
  }

  /** The binder of WHERE over the same names. */
  forWhere(): ExpressionBinder {
    return new ExpressionBinder(this.environment, this.scope, this.#bindQuery, true);
  }

  /** A binder for the same statement that sees the names of another scope only. */
  inScope(scope: Scope): ExpressionBinder {
    return new ExpressionBinder(this.environment, scope, this.#bindQuery);
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
    const bare = bindCall.withoutParentheses(only, expression, this);
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

  #is({ operand, what, negated }: Node<'is'>): Typed {
    const value = this.bind(operand);
    const not = negated ? ' NOT' : '';
    if (what === 'NULL') return truth(`(${value.sql} IS${not} NULL)`, false);
    return truth(`(${cast(value, { kind: 'BOOLEAN' }, this.environment).sql} IS${not} ${what})`, false);
  }

  #between({ operand, low, high, negated }: Node<'between'>): Typed {
    const [from, to] = [this.bind(low), this.bind(high)];
    return onceTyped(this.bind(operand), (value) => {
      const above = compare('>=', value, from, this.environment);
      const below = compare('<=', value, to, this.environment);
      return truth(`(${negated ? 'NOT ' : ''}(${above.sql} AND ${below.sql}))`);
    });
  }

  #in({ operand, list, negated }: Node<'in'>): Typed {
    const not = negated ? 'NOT ' : '';
    if (!('body' in list)) {
      const member =
        operand.node === 'tuple'
          ? this.#tupleIn(operand, list)
          : membership(
              this.bind(operand),
              list.map((item) => this.bind(item)),
              this.environment,
              this.#inWhere,
            );
      return truth(`(${not}${member})`);
    }
    const values = operand.node === 'tuple' ? operand.items : [operand];
    const query = this.query(list);
    if (query.columns.length !== values.length) {
      throw compilationError('000904', '42000', 'Invalid number of columns in subquery');
    }
    const bound = values.map((value) => this.bind(value));
    const types = bound.map((value, index) => commonType(value, columnValue(query, index)));
    const keys = bound.map((value, index) =>
      comparisonKey(cast(value, types[index] as DataType, this.environment)),
    );
    const inner = types.map((type, index) =>
      comparisonKey(cast(columnValue(query, index), type, this.environment)),
    );
    const left = keys.length === 1 ? keys[0] : `(${keys.join(', ')})`;
    return truth(`(${left} ${not}IN (SELECT ${inner.join(', ')} FROM (${query.sql})))`);
  }

  /** `(a, b) IN ((1, 2), …)` */
  #tupleIn({ items }: Node<'tuple'>, list: readonly Expression[]): string {
    const values = items.map((item) => this.bind(item));
    const rows = list.map((row) => {
      const fits = row.node === 'tuple' && row.items.length === values.length;
      if (!fits) throw compilationError('001003', '42000', `unexpected '${row.text}'.`);
      return row.items.map((item) => this.bind(item));
    });
    return onceEach(
      values.map(({ sql }) => sql),
      (...names) => {
        const named = values.map((value, at) => ({ ...value, sql: names[at] as string }));
        const pairs = (row: readonly Typed[]): string[] =>
          named.map((value, at) => compare('=', value, row[at] as Typed, this.environment).sql);
        return `(${rows.map((row) => `(${pairs(row).join(' AND ')})`).join(' OR ')})`;
      },
    );
  }

  /** `x > ANY (SELECT …)` */
  #quantified({ operator, operand, quantifier, query }: Node<'quantified'>): Typed {
    const bound = this.query(query);
    const value = this.bind(operand);
    const type = commonType(value, columnValue(bound, 0));
    const left = comparisonKey(cast(value, type, this.environment));
    const right = comparisonKey(cast(columnValue(bound, 0), type, this.environment));
    return truth(`(${left} ${operator} ${quantifier} (SELECT ${right} FROM (${bound.sql})))`);
  }

  #like({ operator, operand, patterns, quantifier, escapedBy, negated }: Node<'like'>): Typed {
    const value = cast(this.bind(operand), text(), this.environment);
    const escaped = escapedBy ? ` ESCAPE ${cast(this.bind(escapedBy), text(), this.environment).sql}` : '';
    const bound = patterns.map((each) => cast(this.bind(each), text(), this.environment).sql);
    const match = (sql: string, pattern: string): string =>
      operator === 'RLIKE'
        ? `regexp_full_match(${sql}, ${pattern})`
        : `(${sql} ${operator} ${pattern}${escaped})`;
    const joined = (sql: string): string =>
      bound.map((pattern) => match(sql, pattern)).join(quantifier === 'ANY' ? ' OR ' : ' AND ');
    const matched = bound.length === 1 ? joined(value.sql) : once(value.sql, joined);
    return truth(`(${negated ? 'NOT ' : ''}(${matched}))`);
  }

  #case({ operand, whens, otherwise }: Node<'case'>): Typed {
    const subject = operand ? this.bind(operand) : null;
    const tests = whens.map(({ when }) => this.bind(when));
    const results = [
      ...whens.map(({ result }) => this.bind(result)),
      otherwise ? this.bind(otherwise) : nullValue(),
    ];
    const unified = this.unify(results);
    const last = unified.at(-1) as Typed;
    const nullable = unified.some((each) => each.nullable);
    const branches = (condition: (test: Typed) => Typed): string => {
      const lines = tests.map((test, index) => {
        const met = cast(condition(test), { kind: 'BOOLEAN' }, this.environment).sql;
        return `WHEN ${met} THEN ${unified[index]?.sql}`;
      });
      return `CASE ${lines.join(' ')} ELSE ${last.sql} END`;
    };
    const sql = subject
      ? once(subject.sql, (name) =>
          branches((test) => compare('=', { ...subject, sql: name }, test, this.environment)),
        )
      : branches((test) => test);
    return typed(sql, last.type, nullable);
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

  #path({ operand, steps }: Node<'path'>): Typed {
    const base = this.bind(operand);
    const start = base.type.kind === 'TEXT' ? cast(base, { kind: 'VARIANT' }, this.environment) : base;
    const keys = steps.map((step) => {
      if (typeof step === 'string') return duckText(JSON.stringify(step));
      const key = this.bind(step);
      return key.type.kind === 'TEXT'
        ? `CAST(to_json(${key.sql}) AS VARCHAR)`
        : `CAST(CAST(${key.sql} AS BIGINT) AS VARCHAR)`;
    });
    const path = keys.length === 0 ? "'[]'" : `'[' || ${keys.join(" || ',' || ")} || ']'`;
    return typed(`sf_json_get(${start.sql}, ${path})`, { kind: 'VARIANT' });
  }

  #subquery({ query }: Node<'subquery'>): Typed {
    const bound = this.query(query);
    const [column] = bound.columns;
    if (!column || bound.columns.length > 1) {
      throw compilationError('000904', '42000', 'Subquery must return exactly one column');
    }
    return { ...typed(`(${bound.sql})`, column.type, true), ...(column.untyped ? { untyped: true } : {}) };
  }

  /** A value as JSON text for a constructor, and what stands for NULL there. */
  #json(item: Expression, nothing: 'null' | 'undefined'): string {
    return `coalesce(${cast(this.bind(item), { kind: 'VARIANT' }, this.environment).sql}, '${nothing}')`;
  }

  #container(kind: 'ARRAY' | 'OBJECT', parts: readonly string[]): Typed {
    const [open, close] = kind === 'ARRAY' ? ['[', ']'] : ['{', '}'];
    const inner = parts.length === 0 ? "''" : parts.join(" || ',' || ");
    return typed(`('${open}' || ${inner} || '${close}')`, { kind }, false);
  }
}

/** A column of a derived table as a value. */
export function columnValue(query: BoundQuery, index: number, relation = ''): Typed {
  const { type, nullable, untyped } = query.columns[index] as OutputColumn;
  return { sql: `${relation}c${index + 1}`, type, nullable, ...(untyped ? { untyped } : {}) };
}

function literal({ type, value }: Node<'literal'>): Typed {
  switch (type) {
    case 'number':
      return numberLiteral(value);
    case 'string':
      return textLiteral(value);
    case 'binary':
      if (!/^([0-9a-f]{2})*$/i.test(value))
        throw compilationError('100115', '22018', `'${value}' is no hex text.`);
      return typed(`unhex('${value}')`, { kind: 'BINARY', length: Math.max(value.length / 2, 1) }, false);
    case 'boolean':
      return { ...truth(value, false), literal: value };
    case 'null':
      return nullValue();
  }
}
