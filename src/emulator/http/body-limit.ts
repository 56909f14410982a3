import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { STAGE_BUCKET } from '../faults/endpoint.ts';

type NodeContext = Context<{ Bindings: HttpBindings }>;

/** A request may be this large, packed or not. */
export const BODY_LIMIT_BYTES = 256 * 1024 * 1024;
/** Of a stranger who has not logged in yet, less is read. */
const LOGIN_LIMIT_BYTES = 1024 * 1024;

/** Refuses larger requests with 413 before they fill the memory; blobs go to a file piece by piece and pass. */
export function limitBody(): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return (c, next) => {
    if (c.req.path.startsWith(`/${STAGE_BUCKET}/`)) return next();
    const maxSize = c.req.path === '/session/v1/login-request' ? LOGIN_LIMIT_BYTES : BODY_LIMIT_BYTES;
    const { 'content-length': length, 'transfer-encoding': coding } = c.env.incoming.headers;
    // Looking at the body itself makes a stream of it, which the usual request, whose length is told, is spared.
    if (coding === undefined) return Number(length ?? 0) > maxSize ? tooLarge(c, maxSize) : next();
    return bodyLimit({ maxSize, onError: (context) => tooLarge(context as NodeContext, maxSize) })(c, next);
  };
}

async function tooLarge(c: NodeContext, maxSize: number): Promise<Response> {
  return c.json({ code: '413', message: `A request may have ${maxSize} bytes here.` }, 413);
}
