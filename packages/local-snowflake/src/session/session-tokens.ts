import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Session and master tokens. Each is signed, so that a token of a session that has ended, also before a restart, can
 * be distinguished from a text that never was one.
 */
export class SessionTokens {
  readonly #secret: string;

  /** @param secret known to this local Snowflake alone, the same after a restart */
  constructor(secret: string) {
    this.#secret = secret;
  }

  /** A new token: `s` of a session, `m` a master token. */
  issue(kind: 's' | 'm'): string {
    const body = `ver:1-${kind}-${randomBytes(24).toString('base64url')}`;
    return `${body}.${this.#signature(body)}`;
  }

  /** Whether this was given out as a token of that kind. */
  isIssued(kind: 's' | 'm', token: string): boolean {
    const at = token.lastIndexOf('.');
    const body = token.slice(0, Math.max(at, 0));
    const given = Buffer.from(token.slice(at + 1));
    const right = Buffer.from(this.#signature(body));
    return (
      body.startsWith(`ver:1-${kind}-`) && given.length === right.length && timingSafeEqual(given, right)
    );
  }

  #signature(body: string): string {
    return createHmac('sha256', this.#secret).update(body).digest('base64url');
  }
}
