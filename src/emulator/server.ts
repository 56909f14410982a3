import { Hono } from 'hono';
import type { EmulatorContext } from './context.ts';

/** The whole HTTP interface of the emulator. */
export function createApp(_context: EmulatorContext): Hono {
  const app = new Hono();
  app.get('/health', (c) => c.json({ status: 'ok', pid: process.pid }));
  return app;
}
