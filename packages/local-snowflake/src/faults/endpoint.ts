/** The endpoints that faults can be asked for; `any` is all of them. */
export const ENDPOINTS = [
  'configure',
  'open',
  'status',
  'register',
  'drop',
  'stage',
  'login',
  'token',
  'query',
  'result',
  'any',
] as const;

/** An endpoint that faults can be asked for. */
export type FaultEndpoint = (typeof ENDPOINTS)[number];
/** The endpoint of a request. */
export type Endpoint = Exclude<FaultEndpoint, 'any'>;

/** The bucket of the S3 stage, and so the first part of the path of each request to it. */
export const STAGE_BUCKET = 'local-stage';

const PATHS: ReadonlyMap<string, Endpoint> = new Map([
  ['/v1/streaming/client/configure', 'configure'],
  ['/v1/streaming/channels/open', 'open'],
  ['/v1/streaming/channels/status', 'status'],
  ['/v1/streaming/channels/write/blobs', 'register'],
  ['/v1/streaming/channels/drop', 'drop'],
  ['/session/v1/login-request', 'login'],
  ['/session/token-request', 'token'],
  ['/queries/v1/query-request', 'query'],
]);

/** Which endpoint the path of a request belongs to; undefined for those that have no faults. */
export function endpointOf(path: string): Endpoint | undefined {
  const plain = path.endsWith('/') ? path.slice(0, -1) : path;
  const fixed = PATHS.get(plain);
  if (fixed) return fixed;
  if (plain.startsWith(`/${STAGE_BUCKET}/`)) return 'stage';
  return /^\/queries\/[^/]+\/(result|chunks\/[^/]+)$/.test(plain) ? 'result' : undefined;
}

/** The endpoints of the streaming API, which answer with a numeric `status_code`. */
export function isStreaming(endpoint: FaultEndpoint): boolean {
  return ['configure', 'open', 'status', 'register', 'drop'].includes(endpoint);
}

/** The endpoints of the SQL API, which answer with a `code` of six digits. */
export function isSql(endpoint: FaultEndpoint): boolean {
  return ['login', 'token', 'query', 'result'].includes(endpoint);
}
