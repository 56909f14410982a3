import { displayIdentifier, quoteIdentifier } from './identifier.ts';
import type { SnowflakeSession } from './session.ts';

/** Roles of a role that are looked into. */
const MOST_ROLES = 100;

/** What a role may do, its own roles and PUBLIC included, as SHOW GRANTS lists it. */
export class Grants {
  readonly #granted: ReadonlySet<string>;

  private constructor(granted: ReadonlySet<string>) {
    this.#granted = granted;
  }

  /** @throws SnowstreamError SNOWFLAKE_SQL when the grants of the role may not be seen. */
  static async of(session: SnowflakeSession, role: string): Promise<Grants> {
    const granted = new Set<string>();
    const roles = new Set([role, 'PUBLIC']);
    // What is added while it is walked through is walked through as well.
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

  /** Whether nothing is listed, which a role that can see anything has not. */
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
