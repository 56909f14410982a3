import type { SnowflakeSqlSettings } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';
import { canonicalName, displayIdentifier } from './identifier.ts';
import type { SnowflakeSession } from './session.ts';

/**
 * Fails early, before anything is done, when the session has no warehouse for counting and comparing rows. Snowflake
 * itself reports that at the first statement that reads a table, which is after a load.
 *
 * @throws SnowstreamError CONFIG_INVALID when the session has none.
 */
export function requireWarehouse(
  { warehouse, role }: SnowflakeSession,
  { warehouse: wanted, user }: Pick<SnowflakeSqlSettings, 'warehouse' | 'user'>,
): void {
  if (warehouse) return;
  const roleName = displayIdentifier(role ?? 'PUBLIC');
  if (wanted === undefined)
    throw new SnowstreamError(
      'CONFIG_INVALID',
      `no warehouse for SQL: none is set, and user ${user} has no default one that role ${roleName} may use; set SNOWFLAKE_WAREHOUSE`,
    );
  const name = displayIdentifier(canonicalName(wanted));
  throw new SnowstreamError(
    'CONFIG_INVALID',
    `no warehouse for SQL: ${name} does not exist, or role ${roleName} may not use it; correct SNOWFLAKE_WAREHOUSE, or GRANT USAGE ON WAREHOUSE ${name} TO ROLE ${roleName}`,
  );
}
