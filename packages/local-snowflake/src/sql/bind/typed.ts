import { type DataType, fixed, storageType, text } from '../../catalog/data-type.ts';
import { duckText } from '../../store/duck-text.ts';

/** An expression after binding: DuckDB SQL that yields the storage form of a Snowflake type. */
export interface Typed {
  readonly sql: string;
  readonly type: DataType;
  readonly nullable: boolean;
  /** The value, when it is a literal: of a text its content, of a number its digits. */
  readonly literal?: string;
  /** True for NULL without a type: it takes the type it meets. */
  readonly untyped?: boolean;
}

/** A bound expression. */
export function typed(sql: string, type: DataType, nullable = true): Typed {
  return { sql, type, nullable };
}

/** NULL; with a type when it is known. */
export function nullValue(type?: DataType): Typed {
  return type
    ? { sql: `CAST(NULL AS ${storageType(type)})`, type, nullable: true }
    : { sql: 'CAST(NULL AS VARCHAR)', type: text(), nullable: true, untyped: true };
}

/** A text constant. */
export function textLiteral(value: string): Typed {
  return { sql: duckText(value), type: text(Math.max(value.length, 1)), nullable: false, literal: value };
}

/** A number as it was written: exact when it has no exponent and fits 38 digits, else FLOAT. */
export function numberLiteral(digits: string): Typed {
  const [whole = '', fraction = ''] = digits.split('.');
  const significant = whole.replace(/^0+/, '');
  const precision = Math.max(significant.length + fraction.length, 1);
  if (/e/i.test(digits) || precision > 38) {
    return { sql: `CAST('${digits}' AS DOUBLE)`, type: { kind: 'REAL' }, nullable: false, literal: digits };
  }
  const type = fixed(precision, Math.min(fraction.length, 37));
  return { sql: `CAST('${digits}' AS ${storageType(type)})`, type, nullable: false, literal: digits };
}

/** A whole number that DuckDB computes in an integer type of its own, as NUMBER(18,0) or as given. */
export function whole(sql: string, nullable = true, precision = 18): Typed {
  return typed(`CAST(${sql} AS DECIMAL(${precision},0))`, fixed(precision, 0), nullable);
}

/** A truth value. */
export function truth(sql: string, nullable = true): Typed {
  return typed(sql, { kind: 'BOOLEAN' }, nullable);
}
