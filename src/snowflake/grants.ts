import { displayIdentifier, quoteIdentifier } from './identifier.ts';
import type { SnowflakeSession } from './session.ts';

/** Limit of inherited roles that are read. */
const MOST_ROLES = 100;

/** The privileges of a role, with those of inherited roles and PUBLIC, as SHOW GRANTS lists them. */
export class Grants {
  readonly #granted: ReadonlySet<string>;

  private constructor(granted: ReadonlySet<string>) {
    this.#granted = granted;
  }

  /** @throws SnowstreamError SNOWFLAKE_SQL when the grants of the role cannot be listed. */
  static async of(session: SnowflakeSession, role: string): Promise<Grants> {
    const granted = new Set<string>();
    const roles = new Set([role, 'PUBLIC']);
    // The loop also visits roles that are added while it runs.
    for (const name of roles) {
      if (roles.size > MOST_ROLES) break;
      const rows = await session.execute(`SHOW GRANTS TO ROLE ${quoteIdentifier(name)}`).catch((error) => {
        if (name === role) throw error;
        return [];
      });
      for (const { privilege, granted_on: kind, name: on } of rows) {
        if (kind === 'ROLE' && privilege === 'USAGE' && on) roles.add(on);
        granted.add(`${privilege} ${kind} ${on}`);
      }
    }
    return new Grants(granted);
  }

  /** Whether nothing is listed, which is never the case for a role that can list its grants. */
  get isEmpty(): boolean {
    return this.#granted.size === 0;
  }

  /** Whether the role has a privilege on an object, or owns it. */
  has(privilege: string, kind: string, names: readonly string[]): boolean {
    const on = names.map(displayIdentifier).join('.');
    return [privilege, 'OWNERSHIP', 'ALL', 'ALL PRIVILEGES'].some((one) =>
      this.#granted.has(`${one} ${kind} ${on}`),
    );
  }
}
