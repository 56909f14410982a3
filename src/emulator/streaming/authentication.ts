import type { MiddlewareHandler } from 'hono';
import type { EmulatorContext } from '../context.ts';

const PART = '[A-Za-z0-9_-]+';
const BEARER = /^Bearer (\S+)$/i;
const BEARER_JWT = new RegExp(`^Bearer (${PART}\\.${PART}\\.${PART})$`, 'i');

/**
 * Lets only requests with a valid key-pair JWT or OAuth access token through. A header that is no bearer token at all is a
 * malformed request (400, which clients do not repeat); a missing or refused token is 401, upon which clients
 * make themselves a new one and repeat once.
 */
export function requireToken(context: EmulatorContext): MiddlewareHandler {
  return async (c, next) => {
    const header = c.req.header('authorization');
    if (header === undefined)
      return c.json({ code: '390101', message: 'Authorization header not found.' }, 401);
    if (c.req.header('x-snowflake-authorization-token-type')?.toUpperCase() === 'OAUTH') {
      const isGood = context.auth.oauth.verify(BEARER.exec(header)?.[1] ?? '');
      return isGood ? next() : c.json({ code: '390303', message: 'Invalid OAuth access token.' }, 401);
    }
    const token = BEARER_JWT.exec(header)?.[1];
    if (token === undefined) return c.json({ code: '390103', message: 'Malformed bearer token.' }, 400);
    if (!context.auth.verifyKeyPairJwt(token).ok) {
      return c.json({ code: '390144', message: 'JWT token is invalid.' }, 401);
    }
    return next();
  };
}
