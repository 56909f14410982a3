import { duckText } from '../../store/duck-text.ts';
import type { Expression } from '../ast.ts';
import type { Binder } from './binder.ts';
import { cast } from './cast.ts';
import { type Typed, typed } from './typed.ts';

type Node<K extends Expression['node']> = Extract<Expression, { node: K }>;

/** `x:a.b[0]` */
export function bindPath({ operand, steps }: Node<'path'>, binder: Binder): Typed {
  const base = binder.bind(operand);
  const start = base.type.kind === 'TEXT' ? cast(base, { kind: 'VARIANT' }, binder.environment) : base;
  const keys = steps.map((step) => {
    if (typeof step === 'string') return duckText(JSON.stringify(step));
    const key = binder.bind(step);
    return key.type.kind === 'TEXT'
      ? `CAST(to_json(${key.sql}) AS VARCHAR)`
      : `CAST(CAST(${key.sql} AS BIGINT) AS VARCHAR)`;
  });
  const path = keys.length === 0 ? "'[]'" : `'[' || ${keys.join(" || ',' || ")} || ']'`;
  return typed(`sf_json_get(${start.sql}, ${path})`, { kind: 'VARIANT' });
}

/** `[a, b]` */
export function bindArray({ items }: Node<'array'>, binder: Binder): Typed {
  return container(
    'ARRAY',
    items.map((item) => json(item, 'undefined', binder)),
  );
}

/** `{'a': b}` */
export function bindObject({ entries }: Node<'object'>, binder: Binder): Typed {
  return container(
    'OBJECT',
    entries.map(
      ({ key, value }) => `${duckText(`${JSON.stringify(key)}:`)} || ${json(value, 'null', binder)}`,
    ),
  );
}

/** A value as JSON text for a constructor, and the text for NULL there. */
function json(item: Expression, nothing: 'null' | 'undefined', binder: Binder): string {
  return `coalesce(${cast(binder.bind(item), { kind: 'VARIANT' }, binder.environment).sql}, '${nothing}')`;
}

function container(kind: 'ARRAY' | 'OBJECT', parts: readonly string[]): Typed {
  const [open, close] = kind === 'ARRAY' ? ['[', ']'] : ['{', '}'];
  const inner = parts.length === 0 ? "''" : parts.join(" || ',' || ");
  return typed(`('${open}' || ${inner} || '${close}')`, { kind }, false);
}
