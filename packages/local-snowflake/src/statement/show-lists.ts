import type { Column } from '../catalog/entities.ts';

/** Kinds of things that SHOW lists though the emulator has none, with the columns of the list. */
export const EMPTY_LISTS: Readonly<Record<string, string>> = {
  USERS: 'name created_on login_name default_role',
  GRANTS: 'created_on privilege granted_on name granted_to grantee_name grant_option granted_by',
  STAGES: 'created_on name database_name schema_name url comment',
  STREAMS: 'created_on name database_name schema_name table_name comment',
  PIPES: 'created_on name database_name schema_name definition comment',
  TASKS: 'created_on name database_name schema_name state definition',
  SEQUENCES: 'name database_name schema_name next_value interval created_on',
  PROCEDURES: 'created_on name schema_name arguments description',
  TRANSACTIONS: 'id user session name started_on state scope',
  LOCKS: 'resource type transaction transaction_started_on status',
  VARIABLES: 'session_id created_on updated_on name value type comment',
};

/** A column's type as the JSON that SHOW COLUMNS gives; drivers build their metadata from it. */
export function columnType({ type, nullable, collation }: Column): Readonly<Record<string, unknown>> {
  switch (type.kind) {
    case 'FIXED':
      return { type: 'FIXED', precision: type.precision, scale: type.scale, nullable };
    case 'TEXT':
      return {
        type: 'TEXT',
        length: type.length,
        byteLength: Math.min(type.length * 4, 16_777_216),
        nullable,
        fixed: false,
        ...(collation !== null && { collation }),
      };
    case 'BINARY':
      return { type: 'BINARY', length: type.length, byteLength: type.length, nullable, fixed: false };
    case 'TIME':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return { type: type.kind, precision: 0, scale: type.scale, nullable };
    default:
      return { type: type.kind, nullable };
  }
}
