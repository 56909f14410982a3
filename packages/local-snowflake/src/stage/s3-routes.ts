import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { STAGE_BUCKET } from '../faults/endpoint.ts';
import { logFailure } from '../log.ts';
import { StatusError } from '../protocol/codes.ts';
import { hasCredentials, type StageCredentials } from './credentials.ts';
import { MultipartUploads } from './multipart-uploads.ts';
import { S3Error } from './s3-error.ts';
import type { Stage } from './stage.ts';
import { UploadBody } from './upload-body.ts';

type S3Context = Context<{ Bindings: HttpBindings }>;

/** The folder in the bucket that the blobs are in. */
export const STAGE_PREFIX = 'blobs/';

/** The credentials that are taken, and those that were. */
export interface CredentialsInTime {
  readonly current: StageCredentials;
  readonly former: readonly StageCredentials[];
}

/** As much of S3 as a client needs to upload blobs into the stage, in whole or in parts, and to look at them. */
export function s3Routes(
  stage: Stage,
  credentials: () => Promise<CredentialsInTime>,
): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const uploads = new MultipartUploads(stage);
  app.all(`/${STAGE_BUCKET}/*`, async (c) => {
    try {
      const problem = problemOfCredentials(c.env.incoming.headers, await credentials());
      if (problem !== undefined) throw problem;
      return await answer(c, stage, uploads);
    } catch (error) {
      return s3Answer(error);
    }
  });
  return app;
}

/** What is wrong with the credentials that a request is signed with; undefined when nothing is. */
export function problemOfCredentials(
  headers: IncomingHttpHeaders,
  { current, former }: CredentialsInTime,
): S3Error | undefined {
  if (former.some((each) => hasCredentials(headers, each))) return new S3Error(400, 'ExpiredToken');
  return hasCredentials(headers, current) ? undefined : new S3Error(403, 'InvalidAccessKeyId');
}

async function answer(c: S3Context, stage: Stage, uploads: MultipartUploads): Promise<Response> {
  const path = blobPath(c.req.path);
  const { method } = c.req;
  const uploadId = c.req.query('uploadId');
  if (method === 'PUT') {
    const body = new UploadBody(c.env.incoming);
    if (uploadId === undefined) await stage.write(path, body);
    else await uploads.addPart({ id: uploadId, path }, Number(c.req.query('partNumber')), body);
    return new Response(null, { headers: { etag: `"${body.etag}"` } });
  }
  if (method === 'POST' && c.req.query('uploads') !== undefined) {
    return xml('InitiateMultipartUploadResult', path, { UploadId: uploads.begin(path) });
  }
  if (method === 'POST' && uploadId !== undefined) {
    const etag = await uploads.complete({ id: uploadId, path }, await c.req.text());
    return xml('CompleteMultipartUploadResult', path, { ETag: `"${etag}"` });
  }
  if (method === 'DELETE' && uploadId !== undefined) {
    await uploads.abort({ id: uploadId, path });
    return new Response(null, { status: 204 });
  }
  if (method === 'GET' || method === 'HEAD') return download(stage, path, method);
  throw new S3Error(405, 'MethodNotAllowed');
}

async function download(stage: Stage, path: string, method: 'GET' | 'HEAD'): Promise<Response> {
  const blob = await stage.open(path);
  const { size, mtime } = await blob.stat();
  const headers = { 'content-length': String(size), 'last-modified': mtime.toUTCString() };
  if (method === 'GET') {
    return new Response(Readable.toWeb(blob.createReadStream()) as ReadableStream, { headers });
  }
  await blob.close();
  return new Response(null, { headers });
}

/** The path below the stage's folder; the stage itself checks that it stays there. */
function blobPath(path: string): string {
  const key = decoded(path.slice(STAGE_BUCKET.length + 2));
  if (!key.startsWith(STAGE_PREFIX)) throw new S3Error(403, 'AccessDenied');
  return key.slice(STAGE_PREFIX.length);
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch (cause) {
    throw new S3Error(400, 'InvalidURI', undefined, { cause });
  }
}

/** An error as S3 answers it. */
export function s3Answer(error: unknown): Response {
  const known =
    error instanceof S3Error
      ? error
      : error instanceof StatusError
        ? new S3Error(404, 'NoSuchKey', error.message)
        : new S3Error(500, 'InternalError');
  if (known.status === 500) logFailure('Upload', error);
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${known.code}</Code><Message>${escaped(known.message)}</Message></Error>`;
  return new Response(body, { status: known.status, headers: { 'content-type': 'application/xml' } });
}

function xml(name: string, path: string, fields: Record<string, string>): Response {
  const all = { Bucket: STAGE_BUCKET, Key: STAGE_PREFIX + path, ...fields };
  const inner = Object.entries(all).map(([tag, value]) => `<${tag}>${escaped(value)}</${tag}>`);
  const body = `<?xml version="1.0" encoding="UTF-8"?><${name}>${inner.join('')}</${name}>`;
  return new Response(body, { headers: { 'content-type': 'application/xml' } });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
