import type { DataType } from '../catalog/data-type.ts';
import { fixedText } from '../sql/bind/cast.ts';

/** DuckDB SQL that writes a stored value as the text of a cell on the wire; NULL stays NULL. */
export function cellSql(sql: string, type: DataType): string {
  switch (type.kind) {
    case 'FIXED':
      return fixedText(sql, type);
    case 'BOOLEAN':
      // The Python connector takes nothing but 1 and TRUE for true:
      // https://github.com/snowflakedb/snowflake-connector-python/blob/main/src/snowflake/connector/converter.py
      return `CAST(CAST(${sql} AS INTEGER) AS VARCHAR)`;
    case 'REAL':
      return `sf_real_cell(${sql})`;
    case 'TEXT':
      return sql;
    case 'BINARY':
      return `hex(${sql})`;
    case 'DATE':
      return `CAST(${sql} - DATE '1970-01-01' AS VARCHAR)`;
    case 'TIME':
      return seconds(`CAST(${sql} AS HUGEINT)`, type.scale);
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
      return seconds(sql, type.scale);
    case 'TIMESTAMP_TZ':
      return `${seconds(`(${sql}).ns`, type.scale)} || ' ' || CAST((${sql}).tzoff + 1440 AS VARCHAR)`;
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return `sf_json_pretty(${sql})`;
  }
}

/** Seconds with as many digits after the point as the type has; the sign is before both parts. */
function seconds(ns: string, scale: number): string {
  return `sf_seconds_cell(${ns}, ${scale})`;
}

/** The macros that cells need. */
export const CELL_MACROS: readonly string[] = [
  `sf_seconds_cell(ns, scale) AS CASE WHEN ns < 0 THEN '-' ELSE '' END || CAST(abs(ns) // 1000000000 AS VARCHAR)
     || CASE WHEN scale > 0 THEN '.' || left(lpad(CAST(abs(ns) % 1000000000 AS VARCHAR), 9, '0'), scale) ELSE '' END`,
];
