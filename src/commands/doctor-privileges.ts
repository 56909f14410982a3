import type { Inspection } from '../config/load.ts';
import { targetName } from '../plan/table-plan.ts';
import { renderError } from '../rendered-error.ts';
import { Grants } from '../snowflake/grants.ts';
import { displayIdentifier } from '../snowflake/identifier.ts';
import type { SnowflakeSession } from '../snowflake/session.ts';
import type { Target } from '../snowflake/target.ts';
import { bad, type Finding, good } from './doctor-finding.ts';

/** What SHOW GRANTS lacks of what a run needs, by its targets as they are. */
export async function privilegeFindings(
  session: SnowflakeSession,
  { tables = [], targets: options, gold }: Inspection['settings'],
  described: readonly Target[],
  role: string,
): Promise<Finding[]> {
  const subject = 'privileges';
  let grants: Grants;
  try {
    grants = await Grants.of(session, role);
  } catch (error) {
    return [
      good(subject, `not compared, as role ${role} may not list its grants: ${renderError(error).message}`),
    ];
  }
  if (grants.isEmpty) return [good(subject, `not compared: SHOW GRANTS lists none of role ${role}`)];
  const lacking = new Set<string>();
  const need = (privilege: string, kind: string, on: readonly string[]): void => {
    if (!grants.has(privilege, kind, on))
      lacking.add(`${privilege} ON ${kind} ${on.map(displayIdentifier).join('.')}`);
  };
  for (const [index, { database, schema, table }] of tables.map(targetName).entries()) {
    const target = described[index];
    if (target !== undefined && 'missing' in target) {
      // Who makes a schema owns it, and may make tables in it.
      if (target.missing === 'table') need('CREATE TABLE', 'SCHEMA', [database, schema]);
      if (target.missing === 'schema') need('CREATE SCHEMA', 'DATABASE', [database]);
    } else {
      need('INSERT', 'TABLE', [database, schema, table]);
      need('SELECT', 'TABLE', [database, schema, table]);
      if (options?.evolve) need('OWNERSHIP', 'TABLE', [database, schema, table]);
    }
    if (gold !== undefined && index === 0)
      for (const what of ['CREATE TABLE', 'CREATE FUNCTION']) need(what, 'SCHEMA', [database, schema]);
  }
  const to = displayIdentifier(role);
  return lacking.size === 0
    ? [good(subject, `role ${role} has what a run needs`)]
    : [...lacking].map((what) => bad(subject, `role ${role} lacks ${what}`, `GRANT ${what} TO ROLE ${to}`));
}
