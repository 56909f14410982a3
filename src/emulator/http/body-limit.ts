import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';

type NodeContext = Context<{ Bindings: HttpBindings }>;

/** A request may be this large, packed or not, on the routes that take large ones. */
export const LARGE_BODY_BYTES = 256 * 1024 * 1024;
/** Every other request, and each without a valid login. A login of any official client has a few KiB. */
export const BODY_BYTES = 64 * 1024;

/** Routes that take larger bodies, from clients that are logged in. */
export interface LargeBodies {
  /** What their paths start with. */
  readonly prefix: string;
  readonly maxBytes: number;
  /** Whether the headers hold a valid login; the body has not been read yet. */
  readonly isAuthorized: (c: NodeContext) => boolean | Promise<boolean>;
}

/**
 * Answers 413 to larger requests before they fill the memory. A request is authorized by its headers before more than
 * 64 KiB of its body are read, so a client without a login cannot make the server hold more.
 */
export function limitBody(large: readonly LargeBodies[]): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async (c, next) => {
    const { 'content-length': length, 'transfer-encoding': coding } = c.env.incoming.headers;
    if (coding === undefined && Number(length ?? 0) <= BODY_BYTES) return next();
    const maxSize = await maxBytesOf(large, c);
    // The route reads such a body itself, piece by piece, into a file.
    if (maxSize === Number.POSITIVE_INFINITY) return next();
    // Looking at the body makes a stream of it, which a request with a Content-Length does not need.
    if (coding === undefined) return Number(length) > maxSize ? tooLarge(c, maxSize) : next();
    return bodyLimit({ maxSize, onError: (context) => tooLarge(context as NodeContext, maxSize) })(c, next);
  };
}

async function maxBytesOf(large: readonly LargeBodies[], c: NodeContext): Promise<number> {
  for (const { prefix, maxBytes, isAuthorized } of large)
    if (c.req.path.startsWith(prefix) && (await isAuthorized(c))) return maxBytes;
  return BODY_BYTES;
}

async function tooLarge(c: NodeContext, maxSize: number): Promise<Response> {
  // The rest of the body is not worth a connection that stays open for it.
  const headers = { connection: 'close' };
  return c.json({ code: '413', message: `The body exceeds ${maxSize} bytes.` }, 413, headers);
}
