import { SqlError } from '../sql/error.ts';
import { Session } from './session.ts';

/** All sessions, by their tokens. They live in memory: after a restart clients log in again. */
export class Sessions {
  readonly #byToken = new Map<string, Session>();
  readonly #byMaster = new Map<string, Session>();
  /** Tokens that a renewal has replaced. */
  readonly #renewed = new Set<string>();
  readonly #now: () => number;
  #nextId = 1;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Opens a session. */
  open(user: string, role: string): Session {
    const session = new Session(this.#nextId++, user, role);
    this.#issue(session);
    return session;
  }

  /**
   * The session that the header `Authorization: Snowflake Token="…"` names.
   * @throws SqlError 390104 for an unknown token or another header, 390112 for one that has expired.
   */
  authorize(header: string | undefined): Session {
    const session = this.#byToken.get(tokenIn(header));
    if (!session) throw new SqlError('390104', '08001', 'ID Token is invalid. The session does not exist.');
    // A request may be under way with the token that another one has just had renewed.
    if (session.expires < this.#now() || this.#renewed.has(tokenIn(header))) {
      throw new SqlError('390112', '08001', 'Your session has expired. Please renew it.');
    }
    return session;
  }

  /** Whether the header names a session, expired or not. */
  knows(header: string | undefined): boolean {
    return this.#byToken.has(tokenIn(header));
  }

  /**
   * Gives new tokens for the master token in the header.
   * @throws SqlError 390104 for an unknown one, 390114 for one that has expired.
   */
  renew(header: string | undefined): Session {
    const session = this.#byMaster.get(tokenIn(header));
    if (!session) throw new SqlError('390104', '08001', 'Master token is invalid.');
    if (session.masterExpires < this.#now()) {
      throw new SqlError(
        '390114',
        '08001',
        'Authentication token has expired. The user must authenticate again.',
      );
    }
    this.#byMaster.delete(session.masterToken);
    this.#renewed.add(session.token);
    this.#issue(session);
    return session;
  }

  /** Ends a session. */
  async close(session: Session): Promise<void> {
    this.#byMaster.delete(session.masterToken);
    for (const [token, of] of this.#byToken) {
      if (of !== session) continue;
      this.#byToken.delete(token);
      this.#renewed.delete(token);
    }
    await session.close();
  }

  #issue(session: Session): void {
    session.renew(this.#now());
    this.#byToken.set(session.token, session);
    this.#byMaster.set(session.masterToken, session);
  }
}

function tokenIn(header: string | undefined): string {
  return /^Snowflake Token="([^"]+)"$/.exec(header ?? '')?.[1] ?? '';
}
