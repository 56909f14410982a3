import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import { isLoopbackAddress, isLoopbackHost } from '../http/loopback.ts';

/**
 * Lets only this machine's own browsers in. What is behind it asks for no login, so two things are checked: where
 * the connection comes from, and the name under which the browser believes to be here, also where the server listens
 * on all addresses. A page of somebody else that lets its own host name lead to 127.0.0.1 would otherwise read along:
 * https://github.com/brannondorsey/dns-rebinding-toolkit
 */
export function requireLoopback(): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async (c, next) => {
    if (!isLoopbackAddress(c.env.incoming.socket.remoteAddress ?? '')) {
      return c.text('This page is for browsers on the machine that the local Snowflake runs on.\n', 403);
    }
    if (!isLoopbackHost(c.req.header('host') ?? '')) {
      return c.text('This page answers under 127.0.0.1 and localhost only.\n', 403);
    }
    return next();
  };
}
