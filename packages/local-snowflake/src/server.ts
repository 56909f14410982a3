import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { adminRoutes } from './admin/routes.ts';
import { adminToken } from './admin/token.ts';
import { oauthRoutes } from './auth/oauth.ts';
import type { EmulatorContext } from './context.ts';
import { STAGE_BUCKET } from './faults/endpoint.ts';
import type { Faults } from './faults/faults.ts';
import { faultMiddleware } from './faults/middleware.ts';
import { LARGE_BODY_BYTES, type LargeBodies, limitBody } from './http/body-limit.ts';
import { failure, success } from './http/envelope.ts';
import { requireSameHost } from './http/same-host.ts';
import { logFailure, logLine } from './log.ts';
import { pageRoutes } from './page/routes.ts';
import { queryRoutes } from './query/routes.ts';
import type { QueryRunner } from './query/runner.ts';
import { sessionRoutes } from './session/routes.ts';
import type { Sessions } from './session/sessions.ts';
import { SqlError } from './sql/error.ts';
import { problemOfCredentials, s3Answer } from './stage/s3-routes.ts';
import { problemOfToken, tokenAnswer } from './streaming/authentication.ts';
import { credentialsOf } from './streaming/deployment.ts';
import { streamingRoutes } from './streaming/routes.ts';

/** What the HTTP interface serves and how it is to behave. */
export interface AppParts {
  readonly context: EmulatorContext;
  readonly runner: QueryRunner;
  readonly faults: Faults;
  /** How streaming clients deliver their blobs. */
  readonly stage: 'local' | 's3';
  readonly sessions: Sessions;
  /** Returns the local Snowflake to the state of its first start. */
  reset(): Promise<void>;
}

/** The whole HTTP interface of the emulator. */
export function createApp(parts: AppParts): Hono<{ Bindings: HttpBindings }> {
  const { context, runner, faults, stage, sessions, reset } = parts;
  const app = new Hono<{ Bindings: HttpBindings }>();
  if (context.settings.log) {
    app.use(async (c, next) => {
      const start = performance.now();
      await next();
      const took = (performance.now() - start).toFixed(1);
      logLine(`${c.req.method} ${c.req.path} ${c.res.status} ${took} ms`);
    });
  }
  app.use(requireSameHost(context.settings.host));
  app.use(limitBody(largeBodies(context, sessions)));
  app.get('/health', (c) => c.json({ status: 'ok', pid: process.pid }));
  app.use(faultMiddleware(faults));
  app.route('/', pageRoutes({ context, log: runner.log, faults }));
  app.route('/', adminRoutes(context, { faults, token: adminToken(context.settings.dataDir), reset }));
  app.route('/', streamingRoutes(context, { faults, stage }));
  app.route('/', oauthRoutes(context.auth.oauth));
  app.route('/', sessionRoutes(context, sessions));
  app.route('/', queryRoutes(context, sessions, runner));
  app.post('/telemetry/send', (c) => success(c, 'Log Received'));
  app.onError((error, c) => {
    if (error instanceof SqlError) return failure(c, error);
    logFailure(c.req.path, error);
    return failure(c, new SqlError('000603', 'XX000', 'Internal error of the local Snowflake; see its log.'));
  });
  return app;
}

/** The routes with large bodies: statements with their binds, registered blobs, uploads, and clients' telemetry. */
function largeBodies(context: EmulatorContext, sessions: Sessions): LargeBodies[] {
  const ofUpload: LargeBodies['login'] = async (c) => {
    if (c.req.header('authorization') === undefined) return 'none';
    const problem = problemOfCredentials(c.env.incoming.headers, await credentialsOf(context));
    return problem === undefined ? 'valid' : s3Answer(problem);
  };
  const ofSession: LargeBodies['login'] = (c) => {
    const header = c.req.header('authorization');
    if (header === undefined) return 'none';
    try {
      sessions.authorize(header);
      return 'valid';
    } catch (error) {
      if (error instanceof SqlError) return failure(c, error);
      throw error;
    }
  };
  const ofToken: LargeBodies['login'] = (c) => {
    if (c.req.header('authorization') === undefined) return 'none';
    const problem = problemOfToken(context, c);
    return problem === undefined ? 'valid' : tokenAnswer(c, problem);
  };
  const ofEither: LargeBodies['login'] = (c) =>
    sessions.knows(c.req.header('authorization')) || problemOfToken(context, c) === undefined
      ? 'valid'
      : 'none';
  return [
    { prefix: '/queries/v1/query-request', maxBytes: LARGE_BODY_BYTES, login: ofSession },
    { prefix: '/telemetry/send', maxBytes: 4 * 1024 * 1024, login: ofEither },
    { prefix: '/v1/streaming/', maxBytes: LARGE_BODY_BYTES, login: ofToken },
    {
      prefix: `/${STAGE_BUCKET}/`,
      maxBytes: Number.POSITIVE_INFINITY,
      login: (c) => (c.req.method === 'PUT' ? ofUpload(c) : 'none'),
    },
    // The list of 10,000 parts.
    { prefix: `/${STAGE_BUCKET}/`, maxBytes: 4 * 1024 * 1024, login: ofUpload },
  ];
}
