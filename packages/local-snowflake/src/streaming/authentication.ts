import type { Context, MiddlewareHandler } from 'hono';
import type { EmulatorContext } from '../context.ts';

const BEARER = /^Bearer (\S+)$/i;

/** Why a request has no valid login: the answer that the client gets. */
interface TokenProblem {
  readonly status: 400 | 401;
  readonly code: string;
  readonly message: string;
}

/**
 * What is wrong with the key-pair JWT or OAuth access token of a request; undefined when it is valid. A header that is
 * not `Bearer` and one text without a blank is a malformed request (400, which clients do not repeat); no header, and a
 * text that is not a valid token, is 401, upon which clients make themselves a new one and repeat once.
 */
export function problemOfToken({ auth }: EmulatorContext, c: Context): TokenProblem | undefined {
  const header = c.req.header('authorization');
  if (header === undefined)
    return { status: 401, code: '390101', message: 'Authorization header not found.' };
  if (c.req.header('x-snowflake-authorization-token-type')?.toUpperCase() === 'OAUTH') {
    const isGood = auth.oauth.verify(BEARER.exec(header)?.[1] ?? '');
    return isGood ? undefined : { status: 401, code: '390303', message: 'Invalid OAuth access token.' };
  }
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) return { status: 400, code: '390103', message: 'Malformed bearer token.' };
  const isGood = auth.verifyKeyPairJwt(token).ok;
  return isGood ? undefined : { status: 401, code: '390144', message: 'JWT token is invalid.' };
}

/** Lets only requests with a valid key-pair JWT or OAuth access token through. */
export function requireToken(context: EmulatorContext): MiddlewareHandler {
  return async (c, next) => {
    const problem = problemOfToken(context, c);
    return problem === undefined ? next() : tokenAnswer(c, problem);
  };
}

/** The answer to a request without a valid login. */
export function tokenAnswer(c: Context, { status, ...body }: TokenProblem): Response {
  return c.json(body, status);
}
