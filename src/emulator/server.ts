import { Hono } from 'hono';
import type { EmulatorContext } from './context.ts';
import { failure, success } from './http/envelope.ts';
import { queryRoutes } from './query/routes.ts';
import { QueryRunner } from './query/runner.ts';
import { sessionRoutes } from './session/routes.ts';
import { Sessions } from './session/sessions.ts';
import { SqlError } from './sql/error.ts';
import { streamingRoutes } from './streaming/routes.ts';
import type { JavaScriptHost } from './udf/javascript-host.ts';

/** The whole HTTP interface of the emulator. */
export function createApp(context: EmulatorContext, javascript: JavaScriptHost): Hono {
  const app = new Hono();
  const sessions = new Sessions(() => context.clock.now());
  if (context.settings.log) {
    app.use(async (c, next) => {
      const start = performance.now();
      await next();
      const took = (performance.now() - start).toFixed(1);
      process.stderr.write(`${c.req.method} ${c.req.path} ${c.res.status} ${took} ms\n`);
    });
  }
  app.get('/health', (c) => c.json({ status: 'ok', pid: process.pid }));
  app.route('/', streamingRoutes(context));
  app.route('/', sessionRoutes(context, sessions));
  app.route('/', queryRoutes(context, sessions, new QueryRunner(context, javascript)));
  app.post('/telemetry/send', (c) => success(c, 'Log Received'));
  app.onError((error, c) => {
    if (error instanceof SqlError) return failure(c, error);
    process.stderr.write(`${c.req.path} failed: ${error.stack ?? String(error)}\n`);
    return failure(c, new SqlError('000603', 'XX000', 'Internal error of the local Snowflake; see its log.'));
  });
  return app;
}
