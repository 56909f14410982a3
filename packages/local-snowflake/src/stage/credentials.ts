import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { sameSecret } from '../auth/same-secret.ts';

/** What a streaming client signs its uploads with. */
export interface StageCredentials {
  readonly keyId: string;
  readonly secret: string;
  readonly token: string;
}

/**
 * The credentials of the stage. They follow from the password, so that clients which got them before a restart
 * can go on: the ingest SDK asks for new ones only once in a row of failed uploads, and only after a minute. Another
 * deployment has others.
 */
export function stageCredentials(password: string, deploymentId: number): StageCredentials {
  const derive = (purpose: string): string =>
    createHmac('sha256', password).update(`local stage ${deploymentId} ${purpose}`).digest('hex');
  return {
    keyId: `LOCAL${derive('key id').slice(0, 15).toUpperCase()}`,
    secret: derive('secret'),
    token: derive('token'),
  };
}

/**
 * Whether a request has the credentials that were issued. The signature is not computed: the token
 * is as secret as the key that would sign, and both travel over the loopback only.
 */
export function hasCredentials(headers: IncomingHttpHeaders, { keyId, token }: StageCredentials): boolean {
  const credential = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\//.exec(headers.authorization ?? '')?.[1];
  return (
    sameSecret(credential ?? '', keyId) && sameSecret(String(headers['x-amz-security-token'] ?? ''), token)
  );
}
