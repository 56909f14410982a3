import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';

type NodeContext = Context<{ Bindings: HttpBindings }>;

/** A request may be this large, packed or not, on the routes that take large ones. */
export const LARGE_BODY_BYTES = 256 * 1024 * 1024;
/** Every other request, and each without a valid login. A login of any official client has a few KiB. */
export const BODY_BYTES = 64 * 1024;

/** What the headers of a request are worth: a response is the answer to a login that is not valid. */
export type LoginOfHeaders = 'valid' | 'none' | Response;

/** Routes that take larger bodies, from clients that are logged in. */
export interface LargeBodies {
  /** What their paths start with. */
  readonly prefix: string;
  readonly maxBytes: number;
  /** Asked before any of the body is read. */
  readonly login: (c: NodeContext) => LoginOfHeaders | Promise<LoginOfHeaders>;
}

/**
 * Answers 413 to larger requests before they fill the memory. A request is authorized by its headers before more than
 * 64 KiB of its body are read, so a client without a login cannot make the server hold more. A login that is not valid
 * has the answer that it has with a small body, upon which clients log in again; to a 413 they would not.
 */
export function limitBody(large: readonly LargeBodies[]): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async (c, next) => {
    const { 'content-length': length, 'transfer-encoding': coding } = c.env.incoming.headers;
    if (coding === undefined && Number(length ?? 0) <= BODY_BYTES) return next();
    const maxSize = await maxBytesOf(large, c);
    // The connection stays open, and what still arrives of the body is discarded: clients that write when it is closed
    // do not see the answer.
    if (maxSize instanceof Response) return maxSize;
    // The route reads such a body itself, piece by piece, into a file.
    if (maxSize === Number.POSITIVE_INFINITY) return next();
    // Looking at the body makes a stream of it, which a request with a Content-Length does not need.
    if (coding === undefined) return Number(length) > maxSize ? tooLarge(c, maxSize) : next();
    return bodyLimit({ maxSize, onError: (context) => tooLarge(context as NodeContext, maxSize) })(c, next);
  };
}

async function maxBytesOf(large: readonly LargeBodies[], c: NodeContext): Promise<number | Response> {
  for (const { prefix, maxBytes, login } of large) {
    const found = c.req.path.startsWith(prefix) ? await login(c) : 'none';
    if (found === 'valid') return maxBytes;
    if (found !== 'none') return found;
  }
  return BODY_BYTES;
}

async function tooLarge(c: NodeContext, maxSize: number): Promise<Response> {
  // The rest of the body is not worth a connection that stays open for it.
  const headers = { connection: 'close' };
  return c.json({ code: '413', message: `The body exceeds ${maxSize} bytes.` }, 413, headers);
}
