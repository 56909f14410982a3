import { STAGE_BUCKET } from '../faults/endpoint.ts';
import type { StageCredentials } from './credentials.ts';
import { STAGE_PREFIX } from './s3-routes.ts';

type Json = Readonly<Record<string, unknown>>;

const NOTHING = {
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
};

/** Makes a client write its blobs into a folder of this machine. */
export function localLocation(folder: string): Json {
  return { ...NOTHING, locationType: 'LOCAL_FS', location: folder };
}

/** Makes a client upload its blobs as to S3; `origin` is how the client reaches this server. */
export function s3Location(origin: string, { keyId, secret, token }: StageCredentials): Json {
  return {
    ...NOTHING,
    locationType: 'S3',
    location: `${STAGE_BUCKET}/${STAGE_PREFIX}`,
    region: 'us-east-1',
    creds: { AWS_KEY_ID: keyId, AWS_SECRET_KEY: secret, AWS_TOKEN: token },
    endPoint: origin,
  };
}
