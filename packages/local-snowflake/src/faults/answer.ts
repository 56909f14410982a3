import { CODE, isStatusCode, messageOf } from '../protocol/codes.ts';
import { type Endpoint, isSql, isStreaming } from './endpoint.ts';

const ON_DEMAND = 'Fault on demand';

/** What S3 calls each status, https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html. */
const S3_CODES: Readonly<Record<number, string>> = {
  400: 'ExpiredToken',
  403: 'AccessDenied',
  404: 'NoSuchKey',
  408: 'RequestTimeout',
  500: 'InternalError',
  503: 'SlowDown',
};

/** An answer with that HTTP status, in the form of the endpoint. */
export function answeredStatus(endpoint: Endpoint, status: number): Response {
  if (endpoint === 'stage') {
    const code = S3_CODES[status] ?? 'InternalError';
    const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${ON_DEMAND}</Message></Error>`;
    return new Response(body, { status, headers: { 'content-type': 'application/xml' } });
  }
  return json({ code: String(status), message: ON_DEMAND }, status);
}

/** An answer with that code of the application, in the form of the endpoint. */
export function answeredCode(endpoint: Endpoint, code: number): Response {
  if (isSql(endpoint)) {
    const text = String(code).padStart(6, '0');
    const data = { errorCode: text, sqlState: '08000', queryId: null, internalError: false };
    return json({ success: false, code: text, message: ON_DEMAND, data }, 200);
  }
  const message =
    `${isStreaming(endpoint) && isStatusCode(code) ? messageOf(code) : ''} (${ON_DEMAND})`.trim();
  // The one code that clients look for in an HTTP error only.
  if (code === CODE.INVALID_ENCRYPTION_KEY) return json({ code: String(code), message }, 400);
  return json({ status_code: code, message }, 200);
}

function json(body: unknown, status: number): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}
