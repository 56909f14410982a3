import { displayName } from '../../catalog/identifier.ts';
import type { SelectItem, StarItem } from '../ast.ts';
import { invalidIdentifier } from '../error.ts';
import type { Binder } from './binder.ts';
import type { OutputColumn } from './bound-query.ts';
import type { Scope } from './scope.ts';
import type { Typed } from './typed.ts';

/** An item of the select list after binding. */
export interface Output extends OutputColumn {
  readonly value: Typed;
}

/** The outputs of an item of the select list; an alias is in scope from here on. */
export function selectOutputs(item: SelectItem, scope: Scope, binder: Binder): Output[] {
  const { value } = item;
  if (value.node === 'star') return starOutputs(value, scope, binder);
  const bound = binder.bind(value);
  const column = value.node === 'column' ? scope.find(value.name, value) : undefined;
  const name =
    item.alias ?? (value.node === 'column' ? (value.name.at(-1) as string) : value.text.toUpperCase());
  if (item.alias !== null) scope.addAlias(item.alias, bound);
  return [output(name, bound, column?.table)];
}

/** The columns of `*`, some with another value, some by another name. */
function starOutputs(star: StarItem, scope: Scope, binder: Binder): Output[] {
  const columns = scope.star({ ...star, rename: new Map() });
  const unknown = [...star.replace.keys()].find((name) => columns.every((each) => each.name !== name));
  if (unknown !== undefined) throw invalidIdentifier(displayName(unknown), star);
  return columns.map(({ name, value, table }) => {
    const shown = star.rename.get(name) ?? name;
    const replaced = star.replace.get(name);
    return replaced ? output(shown, binder.bind(replaced)) : output(shown, value, table);
  });
}

function output(name: string, value: Typed, table?: readonly string[]): Output {
  const { type, nullable, untyped } = value;
  return { name, type, nullable, value, ...(table ? { table } : {}), ...(untyped ? { untyped } : {}) };
}
