import type { Call, Expression, OrderItem, Query, Window } from '../ast.ts';
import type { BoundQuery, OutputColumn, RowFunction } from './bound-query.ts';
import type { Environment } from './environment.ts';
import type { Scope } from './scope.ts';
import type { Typed } from './typed.ts';

/** Binds expressions over the names of one scope: what functions and predicates know of the binder that calls them. */
export interface Binder {
  readonly environment: Environment;
  readonly scope: Scope;
  /** Whether the expression is in WHERE, where a subquery may be anywhere. */
  readonly inWhere: boolean;
  /** Resolves names, types and functions, and writes DuckDB SQL. */
  bind(expression: Expression): Typed;
  /** `expr ASC NULLS LAST, …`; NULL counts as the highest value unless the query says otherwise. */
  orderBy(items: readonly OrderItem[], value?: (item: Expression) => string): string;
  /** `OVER (…)` */
  window(window: Window): string;
  /** Binds a query inside an expression. */
  query(query: Query, scope?: Scope): BoundQuery;
  /** Converts values to the one type they share. */
  unify(values: readonly Typed[]): Typed[];
  /** The binder of WHERE over the same names. */
  forWhere(): Binder;
  /** A binder for the same statement that sees the names of another scope only. */
  inScope(scope: Scope): Binder;
}

/** The functions that SQL can call; see functions/registry.ts. */
export interface FunctionRegistry {
  /**
   * Binds a call of a built-in or user-defined function.
   * @throws SqlError 002140 for an unknown function, 000002 for one of Snowflake's that is not supported
   */
  call(call: Call, binder: Binder): Typed;
  /** Binds a function that needs no parentheses, such as CURRENT_DATE; `undefined` when the name is not one. */
  withoutParentheses(name: string, at: Expression, binder: Binder): Typed | undefined;
  /** Binds a function in FROM: a query of its own, or rows made of each row on its left. */
  table(call: Call, binder: Binder): BoundQuery | RowFunction;
}

/** Common tables in sight, by name: the name DuckDB knows them by and their columns. */
export type CommonTables = ReadonlyMap<
  string,
  { readonly alias: string; readonly columns: readonly OutputColumn[] }
>;

/** Gives relations names that are unique within a statement. */
export class Names {
  #count = 0;
  next(prefix: string): string {
    this.#count++;
    return `${prefix}${this.#count}`;
  }
}

/** Binds the queries of one statement: what FROM knows of the binder that calls it. */
export interface Queries {
  readonly environment: Environment;
  readonly functions: FunctionRegistry;
  readonly names: Names;
  /** Binds a query; `outer` is the scope of the query it is in, for correlated subqueries. */
  bind(query: Query, outer?: Scope | null, inherited?: CommonTables): BoundQuery;
  /** A binder of expressions over a scope. */
  expressions(scope: Scope, tables?: CommonTables): Binder;
  /** The same statement under other current names, as for the query of a view. */
  within(environment: Environment): Queries;
}
