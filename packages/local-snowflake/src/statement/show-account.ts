import type { DataType } from '../catalog/data-type.ts';
import { STATEMENT_TYPE, type StatementResult, table } from './result.ts';
import { type Cell, chosen, columns, type ShowOptions, timeCell } from './show-list.ts';
import { EMPTY_LISTS } from './show-lists.ts';
import type { Statement } from './statement.ts';

const TIME: DataType = { kind: 'TIMESTAMP_LTZ', scale: 3 };
const WAREHOUSE_COLUMNS =
  'name state type size min_cluster_count max_cluster_count started_clusters running queued is_default is_current auto_suspend auto_resume available provisioning quiescing other created_on resumed_on updated_on owner comment enable_query_acceleration query_acceleration_max_scale_factor resource_monitor actives pendings failed suspended uuid scaling_policy budget owner_role_type resource_constraint';

/** SHOW WAREHOUSES */
export function showWarehouses(
  { session, environment, context }: Statement,
  options: ShowOptions,
): StatementResult {
  const found = chosen([...environment.catalog.warehouses.values()], options, ({ name }) => name);
  const rows = found.map((each): Cell[] => {
    const created = timeCell(each.createdOn);
    return [
      ...[each.name, 'STARTED', 'STANDARD', each.size, '1', '1', '1', '0', '0'],
      ...[each.name === context.settings.warehouse ? 'Y' : 'N', each.name === session.warehouse ? 'Y' : 'N'],
      ...['600', 'true', '100', '0', '0', '0', created, created, created, session.role, each.comment ?? ''],
      ...['false', '8', 'null', '1', '0', '0', '0', String(each.id), 'STANDARD', null, 'ROLE', null],
    ];
  });
  const times = { resumed_on: TIME, updated_on: TIME };
  return table(STATEMENT_TYPE.SHOW, columns(WAREHOUSE_COLUMNS, times), rows);
}

/** SHOW ROLES */
export function showRoles(
  { session, environment, context }: Statement,
  options: ShowOptions,
): StatementResult {
  const found = chosen([...environment.catalog.roles.values()], options, ({ name }) => name);
  const rows = found.map((each): Cell[] => [
    timeCell(each.createdOn),
    each.name,
    each.name === context.settings.role ? 'Y' : 'N',
    each.name === session.role ? 'Y' : 'N',
    'N',
    '1',
    '0',
    '0',
    'USERADMIN',
    each.comment ?? '',
  ]);
  const names =
    'created_on name is_default is_current is_inherited assigned_to_users granted_to_roles granted_roles owner comment';
  return table(STATEMENT_TYPE.SHOW, columns(names), rows);
}

/** SHOW PARAMETERS */
export function showParameters({ session }: Statement, options: ShowOptions): StatementResult {
  const { parameters } = session;
  const rows = chosen(parameters.list(), options, ({ name }) => name).map(({ name, value }): Cell[] => {
    const usual = parameters.default(name);
    const level = usual === value ? '' : 'SESSION';
    const type = typeof usual === 'string' ? 'STRING' : typeof usual === 'number' ? 'NUMBER' : 'BOOLEAN';
    return [name, String(value), String(usual), level, '', type];
  });
  return table(STATEMENT_TYPE.SHOW, columns('key value default level description type'), rows);
}

/** The lists of what there is none of here, and of users, of whom there is one. */
export function showOthers({ session, environment, context }: Statement, kind: string): StatementResult {
  const { user, role } = context.settings;
  const rows: Cell[][] = kind === 'USERS' ? [[user, timeCell(environment.now), session.user, role]] : [];
  const names = EMPTY_LISTS[kind] ?? 'created_on name database_name schema_name comment';
  return table(STATEMENT_TYPE.SHOW, columns(names), rows);
}
