import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { type Context, Hono } from 'hono';
import type { EmulatorContext } from '../context.ts';
import { Faults } from '../faults/faults.ts';
import { logFailure, logLine } from '../log.ts';
import { CODE, messageOf, StatusError } from '../protocol/codes.ts';
import { localLocation, s3Location } from '../stage/location.ts';
import { s3Routes } from '../stage/s3-routes.ts';
import { Stage } from '../stage/stage.ts';
import { requireToken } from './authentication.ts';
import { ChannelStore, createStreamingTables } from './channel-store.ts';
import { channelsStatus, dropChannel, openChannel } from './channels.ts';
import { credentialsOf, deploymentOf } from './deployment.ts';
import { DiskSpace } from './disk-space.ts';
import { Janitor } from './janitor.ts';
import { registerBlobs } from './register.ts';

type Json = Readonly<Record<string, unknown>>;
type Handler = (body: Json, c: Context) => Promise<Json>;

/** How the streaming API is to behave; without anything, blobs come through the file system and nothing fails. */
export interface StreamingOptions {
  /** What is to go wrong with single channels; see `faultMiddleware` for whole requests. */
  readonly faults?: Faults;
  /** How clients bring their blobs: written into `stageDir` by themselves, or uploaded as to S3. */
  readonly stage?: 'local' | 's3';
}

/**
 * The classic streaming API, as the ingest SDK speaks it: client/configure, channels/open, channels/status,
 * channels/write/blobs, channels/drop and telemetry. Errors of the application travel as `status_code` in an
 * answer with HTTP 200.
 */
export function streamingRoutes(context: EmulatorContext, options: StreamingOptions = {}): Hono {
  const { faults = new Faults(), stage: stageKind = 'local' } = options;
  const janitor = new Janitor(context);
  const stage = new Stage(context.settings.stageDir);
  const ready = prepare(context, janitor, stage);
  ready.catch(() => undefined); // each request below awaits it and reports its failure
  context.catalog.onTableGone((table, connection) => new ChannelStore(connection).removeTable(table));
  const credentials = () => ready.then(() => credentialsOf(context));
  const location = async (c: Context): Promise<Json> =>
    stageKind === 's3'
      ? s3Location(new URL(c.req.url).origin, (await credentials()).current)
      : localLocation(context.settings.stageDir);
  const disks = new DiskSpace([context.settings.dataDir, context.settings.stageDir]);
  const app = new Hono();
  app.use('/v1/streaming/*', requireToken(context));
  const endpoints: Record<string, Handler> = {
    'client/configure': async (_, c) => configure(context, janitor, await location(c)),
    'channels/open': (body) => openChannel(context, body),
    'channels/status': (body) => channelsStatus(context, faults, body),
    'channels/drop': (body) => dropChannel(context, body),
    'channels/write/blobs': (body) => registerBlobs({ context, stage, faults, disks }, body),
  };
  for (const [path, handler] of Object.entries(endpoints)) {
    const answer = async (c: Context): Promise<Response> => {
      await ready;
      const full = ASKED_BETWEEN_BLOBS.has(path) ? await disks.fullFolder() : undefined;
      return full === undefined ? respond(c, handler) : diskFull(c, full);
    };
    app.post(`/v1/streaming/${path}`, answer);
    app.post(`/v1/streaming/${path}/`, answer);
  }
  if (stageKind === 's3') app.route('/', s3Routes(stage, credentials));
  app.post('/telemetry/send/sessionless', (c) =>
    c.json({ success: true, code: null, message: null, data: 'Log Received' }),
  );
  return app;
}

/** What clients ask for before they send a chunk and while they wait for it to be committed. */
const ASKED_BETWEEN_BLOBS = new Set(['client/configure', 'channels/open', 'channels/status']);

/** An HTTP error that clients do not repeat, and report with its text. */
function diskFull(c: Context, folder: string): Response {
  const message = `no space left on device: ${folder}; free some space and load again`;
  logLine(`${c.req.path} failed: ${message}`);
  return c.json({ code: '000603', message }, 400);
}

async function prepare(context: EmulatorContext, janitor: Janitor, stage: Stage): Promise<void> {
  await context.store.transaction(createStreamingTables);
  await mkdir(context.settings.stageDir, { recursive: true });
  await janitor.clearScratch();
  await stage.clearDrafts();
}

/** `client/configure/`: a prefix of its own for each client, and where to put blobs. */
async function configure(context: EmulatorContext, janitor: Janitor, location: Json): Promise<Json> {
  await janitor.sweep();
  return {
    status_code: CODE.SUCCESS,
    message: messageOf(CODE.SUCCESS),
    prefix: randomBytes(8).toString('hex'),
    deployment_id: await deploymentOf(context),
    stage_location: location,
  };
}

async function respond(c: Context, handler: Handler): Promise<Response> {
  const agent = c.req.header('user-agent') ?? '';
  try {
    if (agent === '') throw new StatusError(CODE.MISSING_USER_AGENT);
    if (!/^[^\s/]+\/[^\s/]+/.test(agent)) throw new StatusError(CODE.MALFORMED_USER_AGENT);
    const body = parseObject(await c.req.text());
    if (!body) return c.json({ code: '391903', message: 'The body is not a JSON object.' }, 400);
    return c.json(await handler(body, c));
  } catch (error) {
    if (error instanceof StatusError) return reject(c, error);
    logFailure(c.req.path, error);
    return reject(c, new StatusError(CODE.TRY_AGAIN));
  }
}

function reject(c: Context, error: StatusError): Response {
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
