import type { Inspection } from '../config/load.ts';
import type { SqlSettings } from '../config/settings.ts';
import { outlineTables } from '../plan/table-outline.ts';
import { targetName } from '../plan/table-plan.ts';
import { describeTargets } from '../snowflake/described-targets.ts';
import {
  canonicalName,
  displayIdentifier,
  quoteIdentifier,
  type TableName,
} from '../snowflake/identifier.ts';
import { openSession, type SnowflakeSession } from '../snowflake/session.ts';
import type { Source } from '../source/source.ts';
import { bad, type Finding, good } from './doctor-finding.ts';
import { privilegeFindings } from './doctor-privileges.ts';
import { codeOf, loginRemedy } from './doctor-remedies.ts';

/** What of the source could be looked at: without it, targets are looked at by themselves. */
export interface LookedAtSource {
  readonly source: Source | undefined;
  /** Those of its tables that are readable. */
  readonly tables: SqlSettings['tables'];
}

/** Logs in at Snowflake, and tries everything that a run would need there. Nothing is changed. */
export async function snowflakeFindings(
  inspection: Inspection,
  lookedAt: LookedAtSource,
): Promise<Finding[]> {
  const { snowflake } = inspection.settings;
  if (snowflake === undefined) return [];
  const subject = 'Snowflake';
  const found: Finding[] = [];
  let session: SnowflakeSession;
  try {
    session = await openSession(snowflake);
  } catch (error) {
    found.push(bad(subject, error, loginRemedy(error)));
    if (snowflake.role === undefined || codeOf(error) !== '390189') return found;
    // The role alone was wrong, so that the rest can be looked at with the user's own.
    const { role: _role, ...others } = snowflake;
    session = await openSession(others);
  }
  await using opened = session;
  const [row] = await opened.execute('SELECT CURRENT_USER() AS U, CURRENT_ROLE() AS R');
  const role = row?.R ?? '';
  if (found.length === 0) found.push(good(subject, `${snowflake.url} as ${row?.U}, role ${role}`));
  found.push(await warehouse(opened, snowflake.warehouse, role));
  found.push(...(await targets(opened, inspection, lookedAt, role)));
  return found;
}

async function warehouse(
  session: SnowflakeSession,
  wanted: string | undefined,
  role: string,
): Promise<Finding> {
  const subject = 'warehouse';
  const [row] = await session.execute('SELECT CURRENT_WAREHOUSE() AS W');
  if (wanted === undefined && !row?.W)
    return bad(subject, 'none: the user has no default one', 'set SNOWFLAKE_WAREHOUSE');
  const name = wanted === undefined ? (row?.W ?? '') : stored(wanted);
  try {
    await session.execute(`USE WAREHOUSE ${quoteIdentifier(name)}`);
    return good(subject, displayIdentifier(name));
  } catch (error) {
    const grant = `GRANT USAGE ON WAREHOUSE ${displayIdentifier(name)} TO ROLE ${displayIdentifier(role)}`;
    return bad(subject, error, `check SNOWFLAKE_WAREHOUSE, and ${grant}`);
  }
}

async function targets(
  session: SnowflakeSession,
  { settings }: Inspection,
  { source, tables: readable }: LookedAtSource,
  role: string,
): Promise<Finding[]> {
  const { snowflake, tables = [], targets: options, resume = true, sharedTargets = false, gold } = settings;
  const others = { resume, sharedTargets, ...(gold && { gold }) };
  if (snowflake === undefined || options === undefined) return [];
  // The target of a table that is not readable is no news.
  const wanted = source === undefined ? tables : readable;
  const names = wanted.map(targetName);
  const schema = { database: stored(snowflake.database), schema: stored(snowflake.schema) };
  const found: Finding[] = [];
  for (const place of distinct([...names, ...(names.length === 0 ? [schema] : [])]))
    found.push(...(await placeFindings(session, place, options.create, role)));
  if (found.some(({ ok }) => !ok) || names.length === 0) return found;
  const described = await describeTargets(session, names);
  const missing = described.filter((target) => 'missing' in target).length;
  const problems =
    source === undefined
      ? []
      : (await outlineTables(source, session, wanted, { ...options, ...others }))
          .flatMap(({ problems: ofTable }) => ofTable)
          .map(({ message }) => bad('target', message, 'snowstream plan has all of it'));
  const there = `${described.length - missing} of ${counted(described.length)} there`;
  const made = missing === 0 || options.create === 'off' ? '' : `, --create makes the others`;
  if (problems.length === 0) {
    const without = missing > 0 && options.create === 'off';
    found.push(
      without
        ? bad('target', there, '--create creates the others, or snowstream plan prints the statements')
        : good('target', `${there}${made}`),
    );
  }
  return [
    ...found,
    ...problems,
    ...(await privilegeFindings(session, { ...settings, tables: wanted }, described, role)),
  ];
}

/** Whether a schema is there and may be used, unless it would be made. */
async function placeFindings(
  session: SnowflakeSession,
  { database, schema }: Pick<TableName, 'database' | 'schema'>,
  create: string,
  role: string,
): Promise<Finding[]> {
  const to = `TO ROLE ${displayIdentifier(role)}`;
  const [databaseName, schemaName] = [
    displayIdentifier(database),
    [database, schema].map(displayIdentifier).join('.'),
  ];
  try {
    await session.execute(`USE DATABASE ${quoteIdentifier(database)}`);
  } catch {
    if (create === 'database') return [good('database', `${databaseName} is not there: a run makes it`)];
    const grant = `check SNOWFLAKE_DATABASE, and GRANT USAGE ON DATABASE ${databaseName} ${to}`;
    return [bad('database', `${databaseName} does not exist, or role ${role} may not use it`, grant)];
  }
  try {
    await session.execute(`USE SCHEMA ${[database, schema].map(quoteIdentifier).join('.')}`);
    return [good('schema', schemaName)];
  } catch {
    if (create === 'schema' || create === 'database')
      return [good('schema', `${schemaName} is not there: a run makes it`)];
    const grant = `check SNOWFLAKE_SCHEMA, and GRANT USAGE ON SCHEMA ${schemaName} ${to}`;
    return [bad('schema', `${schemaName} does not exist, or role ${role} may not use it`, grant)];
  }
}

/** The stored name of one that a person wrote. */
const stored = canonicalName;

/** Each schema once. */
function distinct(
  names: readonly Pick<TableName, 'database' | 'schema'>[],
): Pick<TableName, 'database' | 'schema'>[] {
  return [...new Map(names.map((name) => [JSON.stringify([name.database, name.schema]), name])).values()];
}

function counted(tables: number): string {
  return tables === 1 ? '1 target table' : `${tables} target tables`;
}
