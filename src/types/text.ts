import { asString, compareText, type TypeFamily } from './family.ts';
import type { MySqlColumn } from './mysql-column.ts';
import { MAX_VARCHAR } from './snowflake-type.ts';

const length = (column: MySqlColumn): number => Math.min(column.characterLength ?? MAX_VARCHAR, MAX_VARCHAR);

/** The character types, ENUM (its label), SET (its labels with commas) and MariaDB's UUID and INET types. */
export const text: TypeFamily = {
  mysql: [
    'char',
    'varchar',
    'tinytext',
    'text',
    'mediumtext',
    'longtext',
    'enum',
    'set',
    'uuid',
    'inet4',
    'inet6',
  ],
  // VARCHAR(0) is legal in MySQL and not in Snowflake.
  snowflake: (column) => ({ kind: 'VARCHAR', length: Math.max(length(column), 1) }),
  carry: (column, target) =>
    target.kind === 'VARCHAR' && target.length >= length(column) ? asString : undefined,
  compare: () => compareText,
};
