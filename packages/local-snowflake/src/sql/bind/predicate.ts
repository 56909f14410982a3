import { type DataType, text } from '../../catalog/data-type.ts';
import type { Expression } from '../ast.ts';
import { compilationError } from '../error.ts';
import type { Binder } from './binder.ts';
import { columnValue } from './bound-query.ts';
import { cast } from './cast.ts';
import { commonType } from './common-type.ts';
import { compare, comparisonKey, membership } from './comparison.ts';
import { once, onceEach, onceTyped } from './once.ts';
import { type Typed, truth } from './typed.ts';

type Node<K extends Expression['node']> = Extract<Expression, { node: K }>;

/** `x IS NULL`, `x IS NOT TRUE` */
export function bindIs({ operand, what, negated }: Node<'is'>, binder: Binder): Typed {
  const value = binder.bind(operand);
  const not = negated ? ' NOT' : '';
  if (what === 'NULL') return truth(`(${value.sql} IS${not} NULL)`, false);
  return truth(`(${cast(value, { kind: 'BOOLEAN' }, binder.environment).sql} IS${not} ${what})`, false);
}

/** `x BETWEEN a AND b` */
export function bindBetween({ operand, low, high, negated }: Node<'between'>, binder: Binder): Typed {
  const [from, to] = [binder.bind(low), binder.bind(high)];
  return onceTyped(binder.bind(operand), (value) => {
    const above = compare('>=', value, from, binder.environment);
    const below = compare('<=', value, to, binder.environment);
    return truth(`(${negated ? 'NOT ' : ''}(${above.sql} AND ${below.sql}))`);
  });
}

/** `x IN (…)` of values or of a query */
export function bindIn({ operand, list, negated }: Node<'in'>, binder: Binder): Typed {
  const not = negated ? 'NOT ' : '';
  if (!('body' in list)) {
    const member =
      operand.node === 'tuple'
        ? tupleIn(operand, list, binder)
        : membership(
            binder.bind(operand),
            list.map((item) => binder.bind(item)),
            binder.environment,
            binder.inWhere,
          );
    return truth(`(${not}${member})`);
  }
  const values = operand.node === 'tuple' ? operand.items : [operand];
  const query = binder.query(list);
  if (query.columns.length !== values.length) {
    throw compilationError('000904', '42000', 'Invalid number of columns in subquery');
  }
  const bound = values.map((value) => binder.bind(value));
  const types = bound.map((value, index) => commonType(value, columnValue(query, index)));
  const keys = bound.map((value, index) =>
    comparisonKey(cast(value, types[index] as DataType, binder.environment)),
  );
  const inner = types.map((type, index) =>
    comparisonKey(cast(columnValue(query, index), type, binder.environment)),
  );
  const left = keys.length === 1 ? keys[0] : `(${keys.join(', ')})`;
  return truth(`(${left} ${not}IN (SELECT ${inner.join(', ')} FROM (${query.sql})))`);
}

/** `(a, b) IN ((1, 2), …)` */
function tupleIn({ items }: Node<'tuple'>, list: readonly Expression[], binder: Binder): string {
  const values = items.map((item) => binder.bind(item));
  const rows = list.map((row) => {
    const fits = row.node === 'tuple' && row.items.length === values.length;
    if (!fits) throw compilationError('001003', '42000', `unexpected '${row.text}'.`);
    return row.items.map((item) => binder.bind(item));
  });
  return onceEach(
    values.map(({ sql }) => sql),
    (...names) => {
      const named = values.map((value, at) => ({ ...value, sql: names[at] as string }));
      const pairs = (row: readonly Typed[]): string[] =>
        named.map((value, at) => compare('=', value, row[at] as Typed, binder.environment).sql);
      return `(${rows.map((row) => `(${pairs(row).join(' AND ')})`).join(' OR ')})`;
    },
  );
}

/** `x > ANY (SELECT …)` */
export function bindQuantified(
  { operator, operand, quantifier, query }: Node<'quantified'>,
  binder: Binder,
): Typed {
  const bound = binder.query(query);
  const value = binder.bind(operand);
  const type = commonType(value, columnValue(bound, 0));
  const left = comparisonKey(cast(value, type, binder.environment));
  const right = comparisonKey(cast(columnValue(bound, 0), type, binder.environment));
  return truth(`(${left} ${operator} ${quantifier} (SELECT ${right} FROM (${bound.sql})))`);
}

/** `x LIKE p ESCAPE e`, `ILIKE`, `RLIKE`, and `LIKE ANY (…)` */
export function bindLike(
  { operator, operand, patterns, quantifier, escapedBy, negated }: Node<'like'>,
  binder: Binder,
): Typed {
  const value = cast(binder.bind(operand), text(), binder.environment);
  const escaped = escapedBy ? ` ESCAPE ${cast(binder.bind(escapedBy), text(), binder.environment).sql}` : '';
  const bound = patterns.map((each) => cast(binder.bind(each), text(), binder.environment).sql);
  const match = (sql: string, pattern: string): string =>
    operator === 'RLIKE'
      ? `regexp_full_match(${sql}, ${pattern})`
      : `(${sql} ${operator} ${pattern}${escaped})`;
  const joined = (sql: string): string =>
    bound.map((pattern) => match(sql, pattern)).join(quantifier === 'ANY' ? ' OR ' : ' AND ');
  const matched = bound.length === 1 ? joined(value.sql) : once(value.sql, joined);
  return truth(`(${negated ? 'NOT ' : ''}(${matched}))`);
}
