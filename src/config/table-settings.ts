import type { Policies } from '../types/policy.ts';
import type { Assembly } from './assembly.ts';
import type { SnowflakeNames, TableSettings } from './settings.ts';
import type { TableEntry } from './table-list.ts';

/** Fills in what the tables leave to the settings around them; undefined when something was missing or wrong. */
export function tableSettings(
  assembly: Assembly,
  mysqlDatabase: string | undefined,
  names: SnowflakeNames | undefined,
  runPolicies: Policies,
): readonly TableSettings[] | undefined {
  const { values, origins, miss } = assembly;
  if (values.tables === undefined) return origins.has('tables') ? undefined : miss('tables');
  const tables = values.tables.length === 1 ? values.tables.map(withSingleValues, assembly) : values.tables;
  if (tables.length > 1 && isMadeForOne(tables, assembly)) return undefined;
  if (mysqlDatabase === undefined && tables.some(({ database }) => database === undefined)) {
    return origins.has('mysqlDatabase') || origins.has('mysqlUrl') ? undefined : miss('mysqlDatabase');
  }
  if (names === undefined) return undefined;
  const filled = tables.map(
    ({ source, database, target, columns, channel, key, policies }): TableSettings => ({
      source,
      database: database ?? mysqlDatabase ?? '',
      target: {
        database: target?.database ?? names.database,
        schema: target?.schema ?? names.schema,
        table: target?.table ?? source,
      },
      ...(columns === undefined ? {} : { columns }),
      ...(channel === undefined ? {} : { channel }),
      ...(key === undefined ? {} : { key }),
      policies: { table: { ...runPolicies, ...policies?.table }, columns: policies?.columns ?? new Map() },
    }),
  );
  return sharedChannel(filled, assembly) ? undefined : filled;
}

function withSingleValues(this: Assembly, table: TableEntry): TableEntry {
  const { columns, channel, snowflakeTable } = this.values;
  return {
    ...table,
    target: { ...table.target, table: table.target?.table ?? snowflakeTable },
    columns: columns ?? table.columns,
    channel: channel ?? table.channel,
  };
}

function isMadeForOne(tables: readonly TableEntry[], { origins, invalid }: Assembly): boolean {
  const hasOpenTarget = tables.some(({ target }) => target?.table === undefined);
  const single = [
    origins.get('columns'),
    origins.get('channel'),
    hasOpenTarget ? origins.get('snowflakeTable') : undefined,
  ].find((origin) => origin !== undefined);
  if (single === undefined) return false;
  invalid(
    `${single} is for one table, but ${tables.length} are loaded: put it beside its table in the config file`,
  );
  return true;
}

// Opening a channel fences its previous owner, so two tables on one channel would end each other.
function sharedChannel(tables: readonly TableSettings[], { origins, invalid }: Assembly): boolean {
  const seen = new Set<string>();
  for (const { channel, source, target } of tables) {
    if (channel === undefined) continue;
    const name = JSON.stringify([target.database, target.schema, target.table, channel]).toUpperCase();
    if (seen.has(name)) {
      invalid(
        `${origins.get('tables')}: the channel ${channel} of table ${source} is taken by another table`,
      );
      return true;
    }
    seen.add(name);
  }
  return false;
}
