import type { Catalog } from '../catalog/catalog.ts';
import { INVALID_SESSION_TOKEN } from '../http/envelope.ts';
import { SqlError } from '../sql/error.ts';
import { Session } from './session.ts';
import { SessionTokens } from './session-tokens.ts';

/** All sessions, by their tokens. They live in memory: after a restart clients log in again. */
export class Sessions {
  readonly #byToken = new Map<string, Session>();
  readonly #byMaster = new Map<string, Session>();
  /** Tokens that a renewal has replaced. */
  readonly #renewed = new Set<string>();
  readonly #now: () => number;
  readonly #tokens: SessionTokens;
  #nextId = 1;

  /** @param secret what tokens are signed with */
  constructor(secret: string, now: () => number) {
    this.#tokens = new SessionTokens(secret);
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
   * @throws SqlError 390104 for a text that is not a token, or another header, 390111 for a session that has ended, 390112
   * for a token that has expired.
   */
  authorize(header: string | undefined): Session {
    const token = tokenIn(header);
    const session = this.#byToken.get(token);
    if (!session && this.#tokens.isIssued('s', token)) {
      const message = 'Session no longer exists.  New login required to access the service.';
      throw new SqlError('390111', '08001', message);
    }
    if (!session) throw new SqlError(INVALID_SESSION_TOKEN, '08001', 'Session token is invalid.');
    // A request may be under way with the token that another one has just had renewed.
    if (session.expires < this.#now() || this.#renewed.has(token)) {
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
   * @throws SqlError 390113 for one of a session that has ended, 390114 for one that has expired, 390115 for a text
   * that is none.
   */
  renew(header: string | undefined): Session {
    const token = tokenIn(header);
    const session = this.#byMaster.get(token);
    if (!session && this.#tokens.isIssued('m', token)) {
      throw new SqlError('390113', '08001', 'Master token is not found. Log in again.');
    }
    if (!session) throw new SqlError('390115', '08001', 'Master token is invalid. Log in again.');
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

  /** Returns every session to the state after its login; names that are not in the catalogue any more are unset. */
  async reset(catalog: Catalog): Promise<void> {
    for (const session of new Set(this.#byToken.values())) {
      await session.close();
      session.restart(catalog);
    }
  }

  #issue(session: Session): void {
    session.renew(this.#tokens, this.#now());
    this.#byToken.set(session.token, session);
    this.#byMaster.set(session.masterToken, session);
  }
}

function tokenIn(header: string | undefined): string {
  return /^Snowflake Token="([^"]+)"$/.exec(header ?? '')?.[1] ?? '';
}
