import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, MiddlewareHandler } from 'hono';
import { answeredCode, answeredStatus } from './answer.ts';
import { type Endpoint, endpointOf } from './endpoint.ts';
import type { Faults } from './faults.ts';
import type { FaultRule } from './rule.ts';
import { targetsOf } from './target.ts';

type NodeContext = Context<{ Bindings: HttpBindings }>;

/** In how many drops a slow answer comes. */
const DROPS = 10;

/** Lets the faults that concern whole requests happen; it comes before everything that answers. */
export function faultMiddleware(faults: Faults): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async (c, next) => {
    const endpoint = endpointOf(c.req.path);
    if (!endpoint) return next();
    const targets = faults.needsTargets(endpoint) ? targetsOf(await c.req.text()) : [];
    for (const rule of faults.draw(endpoint, 'request', targets)) {
      if (rule.kind === 'delay') await pause(rule.ms);
      else return inject(c, next, endpoint, rule);
    }
    return next();
  };
}

async function inject(
  c: NodeContext,
  next: () => Promise<void>,
  endpoint: Endpoint,
  rule: FaultRule,
): Promise<Response | undefined> {
  if (rule.kind === 'http') return answeredStatus(endpoint, rule.status);
  if (rule.kind === 'code') return answeredCode(endpoint, rule.code);
  if (rule.kind === 'reset') return reset(c);
  await next();
  const answer = c.res;
  // What is set here comes instead of the answer; without this line its headers would be kept.
  c.res = undefined;
  if (rule.kind === 'lost') {
    await answer.body?.cancel();
    c.res = reset(c);
  } else if (rule.kind === 'cut') c.res = await cut(c, answer);
  else if (rule.kind === 'slow') c.res = await inDrops(answer, rule.ms);
  else c.res = answer;
  return undefined;
}

function reset(c: NodeContext): Response {
  c.env.incoming.socket.resetAndDestroy();
  return RESPONSE_ALREADY_SENT;
}

/** The headers promise the whole body, half of it is sent. */
async function cut(c: NodeContext, answer: Response): Promise<Response> {
  const body = Buffer.from(await answer.arrayBuffer());
  const { outgoing } = c.env;
  const headers = { ...Object.fromEntries(answer.headers), 'content-length': String(body.length) };
  outgoing.writeHead(answer.status, headers);
  await new Promise((resolve) => outgoing.write(body.subarray(0, Math.ceil(body.length / 2)), resolve));
  return reset(c);
}

async function inDrops(answer: Response, ms: number): Promise<Response> {
  const body = new Uint8Array(await answer.arrayBuffer());
  const size = Math.max(1, Math.ceil(body.length / DROPS));
  const drops = Math.ceil(body.length / size);
  let at = 0;
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await pause(ms / Math.max(1, drops));
      if (at < body.length) controller.enqueue(body.subarray(at, at + size));
      at += size;
      if (at >= body.length) controller.close();
    },
  });
  const headers = new Headers(answer.headers);
  headers.set('content-length', String(body.length));
  return new Response(stream, { status: answer.status, headers });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    // A pause must not keep a process that wants to end.
    setTimeout(resolve, ms).unref();
  });
}
