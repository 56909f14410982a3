import { registerSecret } from '../config/secrets.ts';
import type { SnowflakeSqlConnection } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';
import { oneLine } from '../terminal-text.ts';
import { boundedText } from './bounded-body.ts';

const TIMEOUT = 30_000;

/** Decompressed; a token has a few KiB. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Gets an OAuth access token for the refresh token, as the streaming SDK does: from the token endpoint, or from
 * Snowflake itself. https://docs.snowflake.com/en/user-guide/oauth-custom
 *
 * @throws SnowstreamError CONFIG_MISSING without a refresh token, SNOWFLAKE_DENIED when it is rejected,
 * SNOWFLAKE_UNREACHABLE when nobody answers.
 */
export async function accessToken({ url, streaming }: SnowflakeSqlConnection): Promise<string> {
  if (streaming?.type !== 'OAuth') {
    throw new SnowstreamError(
      'CONFIG_MISSING',
      'no OAuth token for the SQL session: set SNOWFLAKE_TOKEN, or SNOWFLAKE_OAUTH_REFRESH_TOKEN to get one',
    );
  }
  const { clientId, clientSecret, refreshToken } = streaming;
  const endpoint = streaming.tokenEndpoint ?? new URL('/oauth/token-request', url).href;
  const response = await post(endpoint, `${clientId}:${clientSecret}`, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  });
  const answer = await jsonOf(response, endpoint);
  const fields = typeof answer === 'object' && answer !== null ? answer : {};
  if (response.ok && 'access_token' in fields && typeof fields.access_token === 'string') {
    registerSecret(fields.access_token);
    return fields.access_token;
  }
  if (response.status >= 300 && response.status < 400)
    throw new SnowstreamError(
      'SNOWFLAKE_DENIED',
      `${endpoint} redirects to ${response.headers.get('location') ?? 'nowhere'}, and a refresh token is not sent to another address; correct SNOWFLAKE_OAUTH_TOKEN_ENDPOINT or SNOWFLAKE_URL`,
    );
  const reason = 'error' in fields ? String(fields.error) : `HTTP ${response.status}`;
  throw new SnowstreamError('SNOWFLAKE_DENIED', `${endpoint} gives no access token: ${oneLine(reason)}`);
}

/** @throws SnowstreamError SNOWFLAKE_UNREACHABLE for an answer that is incomplete or far too large. */
async function jsonOf(response: Response, endpoint: string): Promise<unknown> {
  const text = await boundedText(response, MAX_ANSWER_BYTES).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SnowstreamError(
      'SNOWFLAKE_UNREACHABLE',
      `${endpoint} gives no access token: ${oneLine(reason)}`,
      {
        cause,
      },
    );
  });
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function post(endpoint: string, client: string, form: Record<string, string>): Promise<Response> {
  try {
    return await fetch(endpoint, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(client).toString('base64')}` },
      body: new URLSearchParams(form),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT),
    });
  } catch (cause) {
    const reason =
      cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new SnowstreamError('SNOWFLAKE_UNREACHABLE', `${endpoint} cannot be reached: ${oneLine(reason)}`, {
      cause,
    });
  }
}
