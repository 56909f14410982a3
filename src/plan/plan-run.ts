import type { SqlSettings } from '../config/settings.ts';
import { type AskOptions, askEnds } from '../ends.ts';
import { requireWarehouse } from '../snowflake/warehouse.ts';
import { requireOwnGoldName } from '../transform/gold-settings.ts';
import { outlineTables, type TableOutline } from './table-outline.ts';

/**
 * Says what a run would do with each table of the settings, and what keeps it from starting. It changes nothing and
 * starts no JVM.
 *
 * @throws SnowstreamError CONFIG_INVALID when the gold table and the raw table have one name; as connecting. What is
 * wrong with a table is no error but in its `problems`.
 * @example
 * const tables = await plan(loadSettings({ sqlOnly: true }));
 * for (const { source, ddl, problems } of tables) console.log(source, ddl, problems);
 */
export async function plan(settings: SqlSettings, options: AskOptions = {}): Promise<TableOutline[]> {
  requireOwnGoldName(settings);
  const { targets, resume, sharedTargets, gold } = settings;
  return await askEnds(settings, options, async ({ source, snowflake }) => {
    requireWarehouse(snowflake, settings.snowflake);
    const wanted = { ...targets, resume, sharedTargets, gold };
    return await outlineTables(source, snowflake, settings.tables, wanted);
  });
}
