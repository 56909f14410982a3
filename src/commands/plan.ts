import { type ExitCode, exitCodeOf } from '../errors.ts';
import { outlineTables } from '../plan/table-outline.ts';
import { planText } from '../report/plan-text.ts';
import { visible } from '../report/visible.ts';
import { openSession } from '../snowflake/session.ts';
import { openSource } from '../source/source.ts';
import { toldSqlSettings } from './told-settings.ts';

/** `snowstream plan`: what a run would do, and what keeps it from starting. It changes nothing and starts no JVM. */
export async function planCommand(
  flags: Readonly<Record<string, unknown>>,
  { json }: { readonly json?: true },
): Promise<ExitCode> {
  const { settings } = toldSqlSettings(flags);
  await using source = await openSource(settings.mysql);
  await using snowflake = await openSession(settings.snowflake);
  const { targets, resume } = settings;
  const tables = await outlineTables(source, snowflake, settings.tables, { ...targets, resume });
  const fits = tables.every(({ problems }) => problems.length === 0);
  process.stdout.write(`${json ? JSON.stringify({ fits, tables }, null, 2) : visible(planText(tables))}\n`);
  return fits ? 0 : exitCodeOf('CONFIG_INVALID');
}
