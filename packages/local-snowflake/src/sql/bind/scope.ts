import { displayName } from '../../catalog/identifier.ts';
import type { Name, StarItem } from '../ast.ts';
import { compilationError, invalidIdentifier, type Position, tooLarge } from '../error.ts';
import { likePattern } from './like-pattern.ts';
import type { Typed } from './typed.ts';

/** The column of GENERATOR that SEQ4() reads; no SQL can name it, and `*` leaves it out. */
export const GENERATED_ROW = '\0row';

/** DuckDB needs some 250 bytes for each character of a deeply nested expression, outside of its memory limit. */
const LONGEST_REPETITION = 1_000_000;

/** A column that can be named in an expression, and where it comes from when it is a table's own. */
export interface ScopeColumn {
  readonly name: string;
  readonly value: Typed;
  readonly table?: Name;
}

/** What one item of FROM brings: its columns, and the names they can be qualified with. */
export interface Relation {
  /** The alias, or the table's full name. */
  readonly qualifier: Name;
  readonly columns: readonly ScopeColumn[];
}

/** The names an expression can use: the columns of FROM, aliases of the select list, then the outer query's. */
export class Scope {
  readonly #relations: readonly Relation[];
  /** Columns that USING or NATURAL made one of two; unqualified, they hide both. */
  readonly #merged: ReadonlyMap<string, ScopeColumn>;
  readonly #outer: Scope | null;
  readonly #aliases = new Map<string, Typed>();
  /** Characters of DuckDB SQL that aliases have stood for. */
  #repeated = 0;

  constructor(
    relations: readonly Relation[],
    outer: Scope | null = null,
    merged: ReadonlyMap<string, ScopeColumn> = new Map(),
  ) {
    this.#relations = relations;
    this.#outer = outer;
    this.#merged = merged;
  }

  /** Makes an alias of the select list usable. The first of a name wins. */
  addAlias(name: string, value: Typed): void {
    if (!this.#aliases.has(name)) this.#aliases.set(name, value);
  }

  /** The alias of that name. */
  alias(name: string): Typed | undefined {
    const value = this.#aliases.get(name);
    // An alias is its expression over again, so a chain of aliases that use each other twice doubles with each.
    this.#repeated += value?.sql.length ?? 0;
    if (this.#repeated > LONGEST_REPETITION) throw tooLarge();
    return value;
  }

  /** The column of that name; `undefined` when there is none here or outside. */
  find(name: Name, at: Position): ScopeColumn | undefined {
    const column = name.at(-1) as string;
    const qualifier = name.slice(0, -1);
    const merged = qualifier.length === 0 ? this.#merged.get(column) : undefined;
    if (merged) return merged;
    const found = this.#relations
      .filter((relation) => qualifies(relation, qualifier))
      .flatMap((relation) => relation.columns.filter((each) => each.name === column));
    if (found.length > 1) {
      throw compilationError('001052', '42601', `ambiguous column name '${displayName(column)}'`);
    }
    if (found[0]) return found[0];
    const alias = qualifier.length === 0 ? this.alias(column) : undefined;
    return alias ? { name: column, value: alias } : this.#outer?.find(name, at);
  }

  /** The columns of `*` or `t.*`. */
  star(item: StarItem): ScopeColumn[] {
    const relations = this.#relations.filter((relation) => qualifies(relation, item.qualifier));
    if (relations.length === 0) throw invalidIdentifier(`${item.qualifier.map(displayName).join('.')}`, item);
    const merged = item.qualifier.length === 0 ? [...this.#merged.values()] : [];
    const others = relations
      .flatMap((relation) => relation.columns)
      .filter((each) => each.name !== GENERATED_ROW)
      .filter((each) => item.qualifier.length > 0 || !this.#merged.has(each.name));
    return [...merged, ...others]
      .filter((each) => !item.exclude.includes(each.name))
      .filter((each) => item.like === null || likePattern(item.like).test(each.name))
      .map((each) => ({ ...each, name: item.rename.get(each.name) ?? each.name }));
  }

  /** The column at a place, one-based, as `$1` means it. */
  position(index: number): ScopeColumn | undefined {
    return this.#relations.flatMap((relation) => relation.columns)[index - 1] ?? this.#outer?.position(index);
  }
}

function qualifies(relation: Relation, qualifier: Name): boolean {
  const tail = qualifier.length === 0 ? [] : relation.qualifier.slice(-qualifier.length);
  return (
    qualifier.length <= relation.qualifier.length && tail.every((part, index) => part === qualifier[index])
  );
}
