import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { sameSecret } from './same-secret.ts';

/** The one OAuth client, and the refresh token that it was given for the one user. */
export interface OAuthClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
}

/** Snowflake's own, too: https://docs.snowflake.com/en/user-guide/oauth-custom */
const ACCESS_SECONDS = 600;

/** Access tokens of the OAuth client. They live in memory: after a restart clients ask for new ones. */
export class OAuthTokens {
  readonly #client: OAuthClient;
  readonly #now: () => number;
  readonly #expires = new Map<string, number>();

  /** @param now milliseconds since the epoch */
  constructor(client: OAuthClient, now: () => number) {
    this.#client = client;
    this.#now = now;
  }

  /** Whether this is an access token that has not expired. */
  verify(token: string): boolean {
    return (this.#expires.get(token) ?? 0) > this.#now();
  }

  /** Whether the header is that of the OAuth client: its id and secret by HTTP Basic. */
  isClient(authorization: string | undefined): boolean {
    const { clientId, clientSecret } = this.#client;
    const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    return sameSecret(authorization ?? '', basic);
  }

  /** An access token for the refresh token; undefined for another refresh token. */
  issue(refreshToken: string | null): string | undefined {
    if (!sameSecret(refreshToken ?? '', this.#client.refreshToken)) return undefined;
    const token = randomBytes(32).toString('base64url');
    this.#expires.set(token, this.#now() + ACCESS_SECONDS * 1000);
    return token;
  }
}

/** The token endpoint: an access token for the refresh token. */
export function oauthRoutes(tokens: OAuthTokens): Hono {
  const app = new Hono();
  app.post('/oauth/token-request', async (c) => {
    // Before the body is read: https://www.rfc-editor.org/rfc/rfc6749#section-5.2
    if (!tokens.isClient(c.req.header('authorization'))) return c.json({ error: 'invalid_client' }, 401);
    const form = new URLSearchParams(await c.req.text());
    if (form.get('grant_type') !== 'refresh_token') return c.json({ error: 'unsupported_grant_type' }, 400);
    const token = tokens.issue(form.get('refresh_token'));
    if (token === undefined) return c.json({ error: 'invalid_grant' }, 400);
    return c.json({ access_token: token, token_type: 'Bearer', expires_in: ACCESS_SECONDS });
  });
  return app;
}
