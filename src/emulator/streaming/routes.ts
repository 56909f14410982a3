import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { type Context, Hono } from 'hono';
import type { EmulatorContext } from '../context.ts';
import { requireKeyPairJwt } from './authentication.ts';
import { Stage } from './blob.ts';
import { ChannelStore, createStreamingTables } from './channel-store.ts';
import { channelsStatus, dropChannel, openChannel } from './channels.ts';
import { CODE, messageOf, StatusError } from './codes.ts';
import { Janitor } from './janitor.ts';
import { registerBlobs } from './register.ts';

type Json = Readonly<Record<string, unknown>>;
type Handler = (body: Json) => Promise<Json>;

/**
 * The classic streaming API, as the ingest SDK speaks it: client/configure, channels/open, channels/status,
 * channels/write/blobs, channels/drop and telemetry. Errors of the application travel as `status_code` in an
 * answer with HTTP 200.
 */
export function streamingRoutes(context: EmulatorContext): Hono {
  const janitor = new Janitor(context);
  const ready = prepare(context, janitor);
  ready.catch(() => undefined); // each request below awaits it and reports its failure
  context.catalog.onTableGone((table, connection) => new ChannelStore(connection).removeTable(table));
  const stage = new Stage(context.settings.stageDir);
  const app = new Hono();
  app.use('/v1/streaming/*', requireKeyPairJwt(context));
  const endpoints: Record<string, Handler> = {
    'client/configure': () => configure(context, janitor),
    'channels/open': (body) => openChannel(context, body),
    'channels/status': (body) => channelsStatus(context, body),
    'channels/drop': (body) => dropChannel(context, body),
    'channels/write/blobs': (body) => registerBlobs(context, stage, body),
  };
  for (const [path, handler] of Object.entries(endpoints)) {
    const answer = async (c: Context): Promise<Response> => {
      await ready;
      return respond(c, handler);
    };
    app.post(`/v1/streaming/${path}`, answer);
    app.post(`/v1/streaming/${path}/`, answer);
  }
  app.post('/telemetry/send/sessionless', (c) =>
    c.json({ success: true, code: null, message: null, data: 'Log Received' }),
  );
  return app;
}

async function prepare(context: EmulatorContext, janitor: Janitor): Promise<void> {
  await context.store.transaction(createStreamingTables);
  await mkdir(context.settings.stageDir, { recursive: true });
  await janitor.clearScratch();
}

/** `client/configure/`: a prefix of its own for each client, and where to put blobs. */
async function configure(context: EmulatorContext, janitor: Janitor): Promise<Json> {
  await janitor.sweep();
  const deploymentId = await context.store.read((connection) => new ChannelStore(connection).deploymentId());
  return {
    status_code: CODE.SUCCESS,
    message: messageOf(CODE.SUCCESS),
    prefix: randomBytes(8).toString('hex'),
    deployment_id: deploymentId,
    stage_location: {
      locationType: 'LOCAL_FS',
      location: context.settings.stageDir,
      path: '',
      region: null,
      creds: {},
      endPoint: null,
      storageAccount: null,
      presignedUrl: null,
      isClientSideEncrypted: true,
      useS3RegionalUrl: false,
      useVirtualUrl: false,
      volumeHash: null,
    },
  };
}

async function respond(c: Context, handler: Handler): Promise<Response> {
  const agent = c.req.header('user-agent') ?? '';
  try {
    if (agent === '') throw new StatusError(CODE.MISSING_USER_AGENT);
    if (!/^[^\s/]+\/[^\s/]+/.test(agent)) throw new StatusError(CODE.MALFORMED_USER_AGENT);
    const body = parseObject(await c.req.text());
    if (!body) return c.json({ code: '391903', message: 'The body is no JSON object.' }, 400);
    return c.json(await handler(body));
  } catch (error) {
    if (error instanceof StatusError) return refuse(c, error);
    process.stderr.write(`${c.req.path} failed: ${String(error)}\n`);
    return refuse(c, new StatusError(CODE.TRY_AGAIN));
  }
}

function refuse(c: Context, error: StatusError): Response {
  // A client that sees this code closes itself, but only if the answer is an HTTP error.
  if (error.code === CODE.INVALID_ENCRYPTION_KEY)
    return c.json({ code: String(error.code), message: error.message }, 400);
  return c.json({ status_code: error.code, message: error.message });
}

function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}
