import { gunzipSync } from 'node:zlib';
import type { Context } from 'hono';
import { SqlError } from '../sql/error.ts';
import { LARGE_BODY_BYTES } from './body-limit.ts';

/** The answer of everything that went well. */
export function success(c: Context, data: unknown): Response {
  return c.json({ data, code: null, message: null, success: true });
}

/** The one error of a login that travels with HTTP 401: the text in the header is not a session token. */
export const INVALID_SESSION_TOKEN = '390104';

/** Errors travel with HTTP 200; most other statuses make clients try again. */
export function failure(c: Context, error: SqlError): Response {
  const { code, sqlState, message } = error;
  const data = { internalError: false, errorCode: code, sqlState, queryId: null };
  const status = code === INVALID_SESSION_TOKEN ? 401 : 200;
  return c.json({ data, code, message, success: false, headers: null }, status);
}

/**
 * The body of a request as a JSON object, gzip or not; an empty body is an empty object.
 *
 * @param maxBytes how long it may be once it is unpacked
 * @throws SqlError 000001 when it is none.
 */
export async function jsonBody(
  c: Context,
  maxBytes = LARGE_BODY_BYTES,
): Promise<Readonly<Record<string, unknown>>> {
  const bytes = Buffer.from(await c.req.arrayBuffer());
  if (bytes.length === 0) return {};
  try {
    const zipped = c.req.header('content-encoding') === 'gzip' || (bytes[0] === 0x1f && bytes[1] === 0x8b);
    const plain = zipped ? gunzipSync(bytes, { maxOutputLength: maxBytes }) : bytes;
    const value: unknown = JSON.parse(plain.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch (cause) {
    throw new SqlError('000001', '22000', 'The body of the request is not JSON.', { cause });
  }
  throw new SqlError('000001', '22000', 'The body of the request is not a JSON object.');
}
