import { createHash, createPublicKey, createVerify, type KeyObject } from 'node:crypto';
import { sameSecret } from './same-secret.ts';

/** The verdict on a key-pair JWT; `reason` is for logs; clients learn only that it is invalid. */
export type AuthResult =
  | { readonly ok: true; readonly user: string }
  | { readonly ok: false; readonly reason: string };

/** Clocks of client and server may differ by this much. */
const LEEWAY_SECONDS = 60;
/**
 * A token is valid for an hour after it was issued, whatever its expiry says:
 * https://docs.snowflake.com/en/developer-guide/sql-api/authenticating#generating-a-jwt-token
 */
const LONGEST_SECONDS = 3600;
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
    if (parts.length !== 3) return invalid('not a JWT');
    const header = decode(head);
    const claims = decode(body);
    if (header?.alg !== 'RS256' || !claims) return invalid('not an RS256 JWT');
    const verified = createVerify('RSA-SHA256')
      .update(`${head}.${body}`)
      .verify(this.#key, Buffer.from(signature, 'base64url'));
    if (!verified) return invalid('the signature does not match the public key');
    return this.#checkClaims(claims);
  }

  #checkClaims(claims: Record<string, unknown>): AuthResult {
    const { iss, sub, exp, iat, nbf } = claims;
    if (typeof iss !== 'string' || typeof sub !== 'string') return invalid('iss or sub is missing');
    const user = sub.slice(sub.lastIndexOf('.') + 1).toUpperCase();
    if (user !== this.#user.toUpperCase()) return invalid(`user ${user} is unknown`);
    const colon = iss.indexOf('SHA256:');
    const issuer = iss.slice(0, colon - 1).toUpperCase();
    if (colon < 1 || issuer !== sub.toUpperCase()) return invalid('iss and sub name different users');
    if (!sameSecret(iss.slice(colon), this.#fingerprint)) return invalid('the fingerprint is of another key');
    const now = this.#now() / 1000;
    const until = timeOf(exp);
    if (until === undefined || until + LEEWAY_SECONDS < now) return invalid('the token has expired');
    // Without the time of issue, the longest life is counted from now.
    const issued = timeOf(iat) ?? Math.max(now, until - LONGEST_SECONDS);
    const begins = Math.max(issued, nbf === undefined ? 0 : (timeOf(nbf) ?? Number.POSITIVE_INFINITY));
    if (begins - LEEWAY_SECONDS > now) return invalid('the token is of the future');
    if (issued + LONGEST_SECONDS + LEEWAY_SECONDS < now) return invalid('the token is older than an hour');
    return { ok: true, user: this.#user };
  }
}

function invalid(reason: string): AuthResult {
  return { ok: false, reason };
}

/** A time of a claim in seconds since the epoch; undefined for anything but a number. */
function timeOf(claim: unknown): number | undefined {
  if (typeof claim !== 'number' || !Number.isFinite(claim)) return undefined;
  return claim > MILLISECONDS_FROM ? claim / 1000 : claim;
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
