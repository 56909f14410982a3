import { asString, compareText, type TypeFamily } from './family.ts';
import type { MySqlColumn } from './mysql-column.ts';
import { MAX_VARCHAR } from './snowflake-type.ts';

const length = (column: MySqlColumn): number => Math.min(column.characterLength ?? MAX_VARCHAR, MAX_VARCHAR);

const base: Omit<TypeFamily, 'mysql'> = {
  // VARCHAR(0) is legal in MySQL and not in Snowflake.
  snowflake: (column) => ({ kind: 'VARCHAR', length: Math.max(length(column), 1) }),
  carry: (column, target) =>
    target.kind === 'VARCHAR' && target.length >= length(column) ? asString : undefined,
  compare: () => compareText,
};

/** The character types, and MariaDB's UUID and INET types. */
export const text: TypeFamily = {
  ...base,
  mysql: ['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext', 'uuid', 'inet4', 'inet6'],
  // As hex, so that no mode of the server changes what it means.
  literal: (value) => `_utf8mb4 x'${Buffer.from(value).toString('hex')}'`,
};

/** ENUM (its label) and SET (its labels with commas). Both sort by number and compare as text. */
export const label: TypeFamily = { ...base, mysql: ['enum', 'set'] };
