import { type DataType, displayType, fixed, text } from '../../catalog/data-type.ts';
import type { Call, Expression } from '../ast.ts';
import type { Binder } from '../bind/binder.ts';
import { cast } from '../bind/cast.ts';
import type { Environment } from '../bind/environment.ts';
import { type Typed, typed } from '../bind/typed.ts';
import { compilationError, invalidArguments, type SqlError } from '../error.ts';

/** Builds the DuckDB SQL of one function of Snowflake's. */
export type FunctionBuilder = (call: BoundCall) => Typed;

/** A call whose arguments are bound, as the builders of functions see it. */
export class BoundCall {
  readonly name: string;
  readonly call: Call;
  readonly binder: Binder;
  readonly #values = new Map<number, Typed>();

  constructor(name: string, call: Call, binder: Binder) {
    this.name = name;
    this.call = call;
    this.binder = binder;
  }

  get environment(): Environment {
    return this.binder.environment;
  }

  /** How many arguments were given. */
  get count(): number {
    return this.call.arguments.length;
  }

  /** The argument as it was written. */
  expression(index: number): Expression {
    return this.call.arguments[index]?.value as Expression;
  }

  /** The argument, bound. */
  value(index: number): Typed {
    const known = this.#values.get(index);
    if (known) return known;
    const value = this.binder.bind(this.expression(index));
    this.#values.set(index, value);
    return value;
  }

  /** All arguments, bound. */
  get values(): Typed[] {
    return this.call.arguments.map((_, index) => this.value(index));
  }

  /** All arguments, bound, with the columns of `*`. */
  get expanded(): Typed[] {
    return this.call.arguments.flatMap(({ value }, index) =>
      value.node === 'star'
        ? this.binder.scope.star(value).map((column) => column.value)
        : [this.value(index)],
    );
  }

  /** The argument converted to a type. */
  as(index: number, type: DataType): Typed {
    return cast(this.value(index), type, this.environment);
  }

  /** The argument as text, the SQL of it. */
  text(index: number): string {
    return this.as(index, text()).sql;
  }

  /** The argument as a whole number that DuckDB's own functions take (BIGINT). */
  integer(index: number): string {
    return `CAST(${this.as(index, fixed(38, 0)).sql} AS BIGINT)`;
  }

  /** The argument as a DOUBLE. */
  real(index: number): string {
    return this.as(index, { kind: 'REAL' }).sql;
  }

  /** The content of an argument that has to be a constant text: a format, a name of a part. */
  constant(index: number): string {
    const { literal } = this.value(index);
    if (literal === undefined)
      throw compilationError(
        '001015',
        '22023',
        `argument ${index + 1} to function ${this.name} needs to be constant, found '${this.expression(index).text}'`,
      );
    return literal;
  }

  /** A keyword or text constant, such as the part in DATEADD. */
  keyword(index: number): string {
    const expression = this.expression(index);
    if (expression.node === 'column' && expression.name.length === 1) return expression.name[0] as string;
    return this.constant(index).toUpperCase();
  }

  /** True when one of these arguments, or any, can be NULL. */
  nullable(...indexes: number[]): boolean {
    const values = indexes.length === 0 ? this.values : indexes.map((index) => this.value(index));
    return values.some((value) => value.nullable);
  }

  /** Result of a function that is NULL exactly when an argument is. */
  result(sql: string, type: DataType, nullable = this.nullable()): Typed {
    return typed(sql, type, nullable);
  }

  /** Checks the number of arguments. */
  arity(least: number, most: number = least): void {
    if (this.count >= least && this.count <= most) return;
    const few = this.count < least;
    const message = `${few ? 'not enough' : 'too many'} arguments for function [${this.call.text}] expected ${few ? least : most}, got ${this.count}`;
    throw compilationError(few ? '000938' : '000939', '22023', message);
  }

  /** The error for arguments of the wrong type. */
  get mismatch(): SqlError {
    const types = this.values.map(({ type }) => displayType(type));
    return invalidArguments(this.name, types, this.call);
  }

  /** ` OVER (…)` when the call has a window. */
  get over(): string {
    return this.call.over ? this.binder.window(this.call.over) : '';
  }
}
