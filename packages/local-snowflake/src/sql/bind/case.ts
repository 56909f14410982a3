import type { Expression } from '../ast.ts';
import type { Binder } from './binder.ts';
import { cast } from './cast.ts';
import { compare } from './comparison.ts';
import { once } from './once.ts';
import { nullValue, type Typed, typed } from './typed.ts';

type CaseExpression = Extract<Expression, { node: 'case' }>;

/** `CASE x WHEN … THEN … ELSE … END` */
export function bindCase({ operand, whens, otherwise }: CaseExpression, binder: Binder): Typed {
  const subject = operand ? binder.bind(operand) : null;
  const tests = whens.map(({ when }) => binder.bind(when));
  const results = [
    ...whens.map(({ result }) => binder.bind(result)),
    otherwise ? binder.bind(otherwise) : nullValue(),
  ];
  const unified = binder.unify(results);
  const last = unified.at(-1) as Typed;
  const nullable = unified.some((each) => each.nullable);
  const branches = (condition: (test: Typed) => Typed): string => {
    const lines = tests.map((test, index) => {
      const met = cast(condition(test), { kind: 'BOOLEAN' }, binder.environment).sql;
      return `WHEN ${met} THEN ${unified[index]?.sql}`;
    });
    return `CASE ${lines.join(' ')} ELSE ${last.sql} END`;
  };
  const sql = subject
    ? once(subject.sql, (name) =>
        branches((test) => compare('=', { ...subject, sql: name }, test, binder.environment)),
      )
    : branches((test) => test);
  return typed(sql, last.type, nullable);
}
