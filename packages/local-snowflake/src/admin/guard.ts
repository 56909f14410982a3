import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import { sameSecret } from '../auth/same-secret.ts';
import { isLoopbackAddress } from '../http/loopback.ts';

/** Lets only requests through that come from this machine and have the admin token. */
export function adminGuard(token: string): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async (c, next) => {
    if (!isLoopbackAddress(c.env.incoming.socket.remoteAddress ?? '')) {
      return c.json({ error: 'The admin API answers on the loopback only.' }, 403);
    }
    const given = /^Bearer (\S+)$/.exec(c.req.header('authorization') ?? '')?.[1];
    if (given === undefined || !sameSecret(given, token)) {
      const error = 'Send the token of the file admin_token in the data folder: Authorization: Bearer TOKEN.';
      return c.json({ error }, 401);
    }
    return next();
  };
}
