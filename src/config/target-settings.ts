import { createMode, objectName, onOff } from './fields.ts';
import { columnList, tableList } from './table-list.ts';

/** Where in Snowflake, and in which role. */
export const PLACE_SETTINGS = {
  snowflakeDatabase: { field: objectName(), value: 'NAME', about: 'Target database.' },
  snowflakeSchema: { field: objectName(), value: 'NAME', about: 'Target schema.' },
  snowflakeWarehouse: {
    field: objectName(),
    value: 'NAME',
    about: 'Warehouse for SQL; the user’s own default when not given.',
  },
  snowflakeRole: {
    field: objectName(),
    value: 'NAME',
    about: 'Role; the user’s own default when not given.',
  },
  snowflakeTable: {
    field: objectName(),
    value: 'NAME',
    about: 'Target table when one table is loaded; named like the source when not given.',
  },
} as const;

/** What is loaded, and what may be made of the targets. */
export const TARGET_SETTINGS = {
  tables: {
    field: tableList(),
    value: '[DATABASE.]TABLE[:TARGET]',
    flag: 'table',
    repeat: true,
    about: 'Tables to load, with their targets.',
  },
  columns: {
    field: columnList(),
    value: 'COLUMN=NAME',
    flag: 'column',
    repeat: true,
    about: 'Columns to load and their new names when one table is loaded; all of them when not given.',
  },
  channel: {
    field: objectName(),
    value: 'NAME',
    about:
      'Channel when one table is loaded; its name is generated when not given. A load keeps the channel that it began with.',
  },
  create: {
    field: createMode(),
    value: 'on|off|schema|database',
    fallback: 'off',
    about:
      'Whether a target table that does not exist is made, in the types that hold every value exactly; with its schema or database too.',
  },
  evolve: {
    field: onOff(),
    value: 'on|off',
    fallback: false,
    about: 'Whether columns that the source has gained are added to the target.',
  },
  preserveCase: {
    field: onOff(),
    value: 'on|off',
    fallback: false,
    about: 'Whether column names keep their case, so that they need quotes, instead of capitals.',
  },
  invisible: {
    field: onOff(),
    value: 'on|off',
    fallback: false,
    about: 'Whether invisible columns are loaded where no columns are named.',
  },
} as const;
