/** The local Snowflake, a package of its own; this file alone imports it. */
export * from 'local-snowflake';
