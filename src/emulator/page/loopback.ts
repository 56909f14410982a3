import { isIP } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';

/**
 * Lets only this machine's own browsers in. What is behind it asks for no login, so two things are checked: where
 * the connection comes from, and the name under which the browser believes to be here. A page of somebody else that
 * lets its own host name lead to 127.0.0.1 would otherwise read along:
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

/** True for a value of the Host header that can only mean this machine. */
export function isLoopbackHost(host: string): boolean {
  const [, bracketed, plain] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+))(?::\d{1,5})?$/.exec(host) ?? [];
  if (bracketed !== undefined) return isIP(bracketed) === 6 && isLoopbackAddress(bracketed);
  return plain?.toLowerCase() === 'localhost' || (isIP(plain ?? '') === 4 && isLoopbackAddress(plain ?? ''));
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/i.test(address);
}
