import type { DataType } from '../catalog/data-type.ts';
import type { Position } from './error.ts';

/** Every node knows its place, and the text it was written as: the name of an unnamed result column. */
interface Placed extends Position {
  readonly text: string;
}

/** A canonical name of one to three parts. */
export type Name = readonly string[];

export interface Argument {
  /** `name => value` */
  readonly name: string | null;
  readonly value: Expression;
}

export interface OrderItem {
  readonly value: Expression;
  readonly descending: boolean;
  readonly nulls: 'FIRST' | 'LAST' | null;
}

export interface Window {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  /** The frame as DuckDB and Snowflake both write it, e.g. `ROWS BETWEEN 1 PRECEDING AND CURRENT ROW`. */
  readonly frame: string | null;
}

export interface Call extends Placed {
  readonly node: 'call';
  readonly name: Name;
  readonly arguments: readonly Argument[];
  readonly distinct: boolean;
  readonly withinGroup: readonly OrderItem[] | null;
  readonly ignoreNulls: boolean;
  readonly over: Window | null;
}

export type BinaryOperator =
  | ('+' | '-' | '*' | '/' | '%' | '||')
  | ('=' | '<>' | '<' | '<=' | '>' | '>=')
  | ('AND' | 'OR' | 'IS DISTINCT FROM' | 'IS NOT DISTINCT FROM');

export interface StarItem extends Placed {
  readonly node: 'star';
  readonly qualifier: Name;
  readonly exclude: readonly string[];
  /** `ILIKE '…'`: only columns whose name is like that. */
  readonly like: string | null;
  readonly rename: ReadonlyMap<string, string>;
  /** `REPLACE (expression AS column)`: what a column shows instead of itself. */
  readonly replace: ReadonlyMap<string, Expression>;
}

/** An expression as it was written; nothing is resolved yet. */
export type Expression =
  | (Placed & { readonly node: 'literal'; readonly type: LiteralType; readonly value: string })
  | (Placed & { readonly node: 'bind'; readonly index: number })
  | (Placed & { readonly node: 'column'; readonly name: Name })
  | (Placed & { readonly node: 'unary'; readonly operator: '-' | '+' | 'NOT'; readonly operand: Expression })
  | (Placed & {
      readonly node: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    })
  | (Placed & {
      readonly node: 'is';
      readonly operand: Expression;
      readonly what: 'NULL' | 'TRUE' | 'FALSE';
      readonly negated: boolean;
    })
  | (Placed & {
      readonly node: 'between';
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
      readonly negated: boolean;
    })
  | (Placed & {
      readonly node: 'in';
      readonly operand: Expression;
      readonly list: readonly Expression[] | Query;
      readonly negated: boolean;
    })
  | (Placed & {
      readonly node: 'quantified';
      readonly operator: BinaryOperator;
      readonly operand: Expression;
      readonly quantifier: 'ANY' | 'ALL';
      readonly query: Query;
    })
  | (Placed & {
      readonly node: 'like';
      readonly operator: 'LIKE' | 'ILIKE' | 'RLIKE';
      readonly operand: Expression;
      readonly patterns: readonly Expression[];
      readonly quantifier: 'ANY' | 'ALL';
      readonly escapedBy: Expression | null;
      readonly negated: boolean;
    })
  | (Placed & {
      readonly node: 'case';
      readonly operand: Expression | null;
      readonly whens: readonly { readonly when: Expression; readonly result: Expression }[];
      readonly otherwise: Expression | null;
    })
  | (Placed & {
      readonly node: 'cast';
      readonly operand: Expression;
      readonly type: DataType;
      readonly attempt: boolean;
    })
  | (Placed & {
      readonly node: 'path';
      readonly operand: Expression;
      readonly steps: readonly (string | Expression)[];
    })
  | (Placed & { readonly node: 'tuple'; readonly items: readonly Expression[] })
  | (Placed & { readonly node: 'array'; readonly items: readonly Expression[] })
  | (Placed & {
      readonly node: 'object';
      readonly entries: readonly { readonly key: string; readonly value: Expression }[];
    })
  | (Placed & { readonly node: 'subquery'; readonly query: Query })
  | (Placed & { readonly node: 'exists'; readonly query: Query })
  | (Placed & { readonly node: 'interval'; readonly value: string })
  | StarItem
  | Call;

export type LiteralType = 'number' | 'string' | 'binary' | 'boolean' | 'null';

export interface SelectItem {
  readonly value: Expression;
  readonly alias: string | null;
}

/** An item of GROUP BY: one expression, or sets of them. */
export interface GroupItem {
  readonly kind: 'PLAIN' | 'ROLLUP' | 'CUBE' | 'GROUPING SETS';
  readonly sets: readonly (readonly Expression[])[];
}

export interface Select {
  readonly node: 'select';
  readonly distinct: boolean;
  readonly top: Expression | null;
  readonly items: readonly SelectItem[];
  readonly from: FromItem | null;
  readonly where: Expression | null;
  readonly groupBy: readonly GroupItem[] | 'ALL' | null;
  readonly having: Expression | null;
  readonly qualify: Expression | null;
}

export type Body =
  | Select
  | { readonly node: 'values'; readonly rows: readonly (readonly Expression[])[] }
  | {
      readonly node: 'set';
      readonly operator: 'UNION' | 'UNION ALL' | 'EXCEPT' | 'INTERSECT';
      readonly left: Body;
      readonly right: Body;
    }
  | { readonly node: 'nested'; readonly query: Query };

export interface CommonTable {
  readonly name: string;
  readonly columns: readonly string[] | null;
  readonly query: Query;
}

export interface Query {
  readonly recursive: boolean;
  readonly commonTables: readonly CommonTable[];
  readonly body: Body;
  readonly orderBy: readonly OrderItem[];
  readonly limit: Expression | null;
  readonly offset: Expression | null;
}

export interface Alias {
  readonly name: string;
  readonly columns: readonly string[] | null;
}

export type FromItem =
  | (Placed & { readonly node: 'table'; readonly name: Name; readonly alias: Alias | null })
  | (Placed & {
      readonly node: 'derived';
      readonly query: Query;
      readonly alias: Alias | null;
      readonly lateral: boolean;
    })
  | (Placed & {
      readonly node: 'function';
      readonly call: Call;
      readonly alias: Alias | null;
      readonly lateral: boolean;
    })
  | (Placed & {
      readonly node: 'join';
      readonly kind: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS';
      readonly natural: boolean;
      readonly left: FromItem;
      readonly right: FromItem;
      readonly on: Expression | null;
      readonly using: readonly string[] | null;
    });
