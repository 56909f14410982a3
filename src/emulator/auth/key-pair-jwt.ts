import { createHash, createPublicKey, createVerify, type KeyObject, timingSafeEqual } from 'node:crypto';

/** The verdict on a key-pair JWT; `reason` is for logs, clients are told no more than that it is invalid. */
export type AuthResult =
  | { readonly ok: true; readonly user: string }
  | { readonly ok: false; readonly reason: string };

/** Clocks of client and server may differ by this much. */
const LEEWAY_SECONDS = 60;
/** Node's snowflake-sdk writes iat and exp in milliseconds, Java in seconds; no date in seconds is this large. */
const MILLISECONDS_FROM = 1e11;

/** Checks key-pair JWTs of one user against the user's public key. */
export class KeyPairVerifier {
  readonly #user: string;
  readonly #key: KeyObject;
  readonly #fingerprint: string;
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(user: string, publicKeyPem: string, now: () => number) {
    this.#user = user;
    this.#key = createPublicKey(publicKeyPem);
    this.#fingerprint = `SHA256:${createHash('sha256')
      .update(this.#key.export({ type: 'spki', format: 'der' }))
      .digest('base64')}`;
    this.#now = now;
  }

  /** The key's fingerprint as Snowflake prints it, `SHA256:…`. */
  get fingerprint(): string {
    return this.#fingerprint;
  }

  /**
   * Signature, algorithm, issuer's fingerprint, user and expiry. The account is not compared: each client
   * derives its own (the ingest SDK takes the first label of the host).
   */
  verify(token: string): AuthResult {
    const parts = token.split('.');
    const [head = '', body = '', signature = ''] = parts;
    if (parts.length !== 3) return refused('not a JWT');
    const header = decode(head);
    const claims = decode(body);
    if (header?.alg !== 'RS256' || !claims) return refused('not an RS256 JWT');
    const verified = createVerify('RSA-SHA256')
      .update(`${head}.${body}`)
      .verify(this.#key, Buffer.from(signature, 'base64url'));
    if (!verified) return refused('the signature does not match the public key');
    return this.#checkClaims(claims);
  }

  #checkClaims(claims: Record<string, unknown>): AuthResult {
    const { iss, sub, exp, iat } = claims;
    if (typeof iss !== 'string' || typeof sub !== 'string') return refused('iss or sub is missing');
    const user = sub.slice(sub.lastIndexOf('.') + 1).toUpperCase();
    if (user !== this.#user.toUpperCase()) return refused(`user ${user} is unknown`);
    const colon = iss.indexOf('SHA256:');
    const issuer = iss.slice(0, colon - 1).toUpperCase();
    if (colon < 1 || issuer !== sub.toUpperCase()) return refused('iss and sub name different users');
    if (!equal(iss.slice(colon), this.#fingerprint)) return refused('the fingerprint is of another key');
    const now = this.#now() / 1000;
    if (typeof exp !== 'number' || seconds(exp) + LEEWAY_SECONDS < now)
      return refused('the token has expired');
    if (typeof iat === 'number' && seconds(iat) - LEEWAY_SECONDS > now)
      return refused('the token is of the future');
    return { ok: true, user: this.#user };
  }
}

function refused(reason: string): AuthResult {
  return { ok: false, reason };
}

function seconds(time: number): number {
  return time > MILLISECONDS_FROM ? time / 1000 : time;
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
