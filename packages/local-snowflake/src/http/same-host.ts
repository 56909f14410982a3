import type { MiddlewareHandler } from 'hono';
import { hostName, isLoopbackHost } from './loopback.ts';

/** Addresses that mean all addresses of the machine. */
const WILDCARDS = new Set(['0.0.0.0', '::', '']);

/**
 * Answers only requests that name this server. A page in a browser may send requests here: from another site they have
 * a foreign Origin, and by a host name that was rebound to this address they have a foreign Host
 * (https://developer.mozilla.org/docs/Web/Security/Attacks/DNS_rebinding). With a wildcard as the configured host its
 * names are not known, and any Host is accepted.
 *
 * @param configured the host that the server listens on
 */
export function requireSameHost(configured: string): MiddlewareHandler {
  const isKnown = (host: string): boolean =>
    isLoopbackHost(host) || WILDCARDS.has(configured) || hostName(host) === configured.toLowerCase();
  return async (c, next) => {
    const host = c.req.header('host') ?? '';
    if (!isKnown(host)) return c.json({ code: '403', message: 'The Host header names another server.' }, 403);
    const origin = c.req.header('origin');
    if (origin !== undefined && hostOf(origin) !== host.toLowerCase())
      return c.json({ code: '403', message: 'Requests of pages from elsewhere are not answered.' }, 403);
    return next();
  };
}

function hostOf(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase();
}
