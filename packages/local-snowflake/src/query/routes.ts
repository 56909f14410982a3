import { type Context, Hono } from 'hono';
import type { EmulatorContext } from '../context.ts';
import { failure, jsonBody, success } from '../http/envelope.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { SqlError } from '../sql/error.ts';
import type { Bindings } from '../statement/binds.ts';
import { queryAnswer } from './answer.ts';
import type { Query } from './query-log.ts';
import type { QueryRequest, QueryRunner } from './runner.ts';

/** A request is answered after this time even when its query still runs; the client then polls. */
const PATIENCE_MS = 40_000;

/** Queries: run, fetch again, watch, abort, and the chunks of large results. */
export function queryRoutes(context: EmulatorContext, sessions: Sessions, runner: QueryRunner): Hono {
  const app = new Hono();
  const authorized = (c: Context): Session => sessions.authorize(c.req.header('authorization'));

  const answer = async (c: Context, query: Query, asynchronous = false): Promise<Response> => {
    if (!asynchronous) await within(query.outcome, PATIENCE_MS);
    if (!query.settled) return inProgress(c, query, asynchronous ? '333334' : '333333');
    const origin = new URL(c.req.url).origin;
    const url = (index: number): string =>
      `${origin}/queries/${query.id}/chunks/${index}?key=${query.chunkKey}`;
    const text = queryAnswer(query.settled, query.session, context.clock.now(), url);
    return c.body(text, 200, { 'content-type': 'application/json' });
  };

  app.post('/queries/v1/query-request', async (c) => {
    const session = authorized(c);
    const body = await jsonBody(c);
    const request = requestOf(session, body, c.req.query('requestId') ?? '');
    if (!request) return failure(c, new SqlError('000900', '42601', 'The request has no sqlText.'));
    return answer(c, runner.start(session, request), request.asynchronous);
  });

  app.post('/queries/v1/abort-request', async (c) => {
    const session = authorized(c);
    const body = await jsonBody(c);
    if (typeof body.requestId === 'string') runner.abort(session, body.requestId);
    return success(c, null);
  });

  const own = (c: Context): Query => runner.query(authorized(c), c.req.param('id') ?? '');

  app.get('/queries/:id/result', (c) => answer(c, own(c)));

  app.post('/queries/:id/abort-request', (c) => {
    own(c).abort();
    return success(c, null);
  });

  app.get('/queries/:id/chunks/:index', (c) => {
    // The key is the secret, as the signature of the address is in the cloud: clients fetch chunks without their token.
    const query = runner.log.get(c.req.param('id'));
    const settled = query?.chunkKey === c.req.query('key') ? query?.settled : undefined;
    const chunk =
      settled?.kind === 'result' ? settled.result.rows.chunks[Number(c.req.param('index'))] : undefined;
    if (!chunk) return c.text('No such chunk', 403);
    const headers = { 'content-type': 'application/octet-stream', 'content-encoding': 'gzip' };
    return c.body(new Uint8Array(chunk.body), 200, headers);
  });

  // The Python connector from 5 on writes the second slash.
  for (const path of ['/monitoring/queries/:id', '/monitoring/queries//:id']) {
    app.get(path, (c) => {
      const query = runner.find(authorized(c), c.req.param('id') ?? '');
      return success(c, { queries: query ? [monitored(query)] : [] });
    });
  }
  return app;
}

function requestOf(
  session: Session,
  body: Readonly<Record<string, unknown>>,
  requestId: string,
): QueryRequest | undefined {
  const { sqlText, bindings, describeOnly, asyncExec, parameters } = body;
  if (typeof sqlText !== 'string') return undefined;
  const count = (parameters as Record<string, unknown> | undefined)?.MULTI_STATEMENT_COUNT;
  return {
    sql: sqlText,
    requestId,
    bindings: (bindings as Bindings | undefined) ?? {},
    describeOnly: describeOnly === true,
    asynchronous: asyncExec === true,
    statementCount: Number(count ?? session.parameters.get('MULTI_STATEMENT_COUNT')),
  };
}

function inProgress(c: Context, query: Query, code: string): Response {
  const data = {
    queryId: query.id,
    getResultUrl: `/queries/${query.id}/result`,
    queryAbortsAfterSecs: 172_800,
    progressDesc: null,
  };
  return c.json({ data, code, message: 'Query execution in progress.', success: true });
}

function monitored(query: Query): Readonly<Record<string, unknown>> {
  const { settled } = query;
  const error = settled?.kind === 'error' ? settled.error : null;
  const status = settled ? (error ? 'FAILED_WITH_ERROR' : 'SUCCESS') : 'RUNNING';
  return {
    id: query.id,
    status,
    state: error ? 'FAILED' : settled ? 'SUCCEEDED' : 'RUNNING',
    sqlText: query.sql,
    startTime: query.startedOn,
    sessionId: query.session.id,
    ...(error && { errorCode: error.code, errorMessage: error.message }),
  };
}

async function within(work: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, waited]);
  clearTimeout(timer);
}
