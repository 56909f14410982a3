import { createHash } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { document } from './document.ts';
import { requireLoopback } from './loopback.ts';
import { SCRIPT } from './script.ts';
import { type Observed, type Snapshot, takeSnapshot, visibleSnapshot } from './snapshot.ts';
import { STYLE } from './style.ts';

/** Several windows that look at the same moment are shown the same. */
const FRESH_MS = 500;

/**
 * The live page of the local Snowflake: `GET /`, and `GET /page/state`, which it asks again and again. Both without
 * a login, therefore for this machine only; nothing they answer is a secret.
 */
export function pageRoutes(observed: Omit<Observed, 'startedOn'>): Hono {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const { clock, settings } = observed.context;
  const startedOn = clock.now();
  let latest: { readonly at: number; readonly snapshot: Promise<Snapshot> } | undefined;

  const snapshot = (): Promise<Snapshot> => {
    const at = clock.now();
    if (!latest || at - latest.at >= FRESH_MS) {
      latest = { at, snapshot: takeSnapshot({ ...observed, startedOn }).then(visibleSnapshot) };
    }
    return latest.snapshot;
  };

  app.get('/', requireLoopback(), (c) => {
    const { origin } = new URL(c.req.url);
    return c.html(document(settings, origin), 200, {
      ...PRIVATE,
      'content-security-policy': POLICY,
      'referrer-policy': 'no-referrer',
    });
  });
  app.get('/page/state', requireLoopback(), async (c) => c.json(await snapshot(), 200, PRIVATE));
  return app as unknown as Hono;
}

const PRIVATE = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};

/** Only this very script runs and only this very style holds, even if a text ever came in as HTML. */
const POLICY = [
  "default-src 'none'",
  `script-src '${hash(SCRIPT)}'`,
  `style-src '${hash(STYLE)}'`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
