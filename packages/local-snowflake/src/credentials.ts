import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OAuthClient } from './auth/oauth.ts';
import { kept } from './data-folder.ts';
import { LocalSnowflakeError } from './errors.ts';

/** What the one user logs in with. */
export interface Credentials {
  readonly password: string;
  readonly publicKey: string;
  /** Where the private key lies, when the emulator made the pair. */
  readonly privateKeyPath: string | null;
  readonly oauth: OAuthClient;
}

/** What was given at the start instead of what the emulator would make itself. */
export interface GivenCredentials {
  readonly password?: string | undefined;
  /** A PEM file. */
  readonly publicKeyPath?: string | undefined;
}

/**
 * The key pair, the password and the OAuth client (`oauth_client.json`): those given, else those kept in the data folder, which are made on first use
 * and can be read by their owner only.
 * @throws LocalSnowflakeError OPTION_INVALID when the given public key cannot be read or is not one.
 */
export function loadCredentials(dataDir: string, given: GivenCredentials): Credentials {
  const password =
    given.password ?? kept(join(dataDir, 'password'), () => randomBytes(18).toString('base64url'));
  const oauth: OAuthClient = JSON.parse(kept(join(dataDir, 'oauth_client.json'), newOAuthClient));
  if (given.publicKeyPath !== undefined) {
    return { password, publicKey: givenPublicKey(given.publicKeyPath), privateKeyPath: null, oauth };
  }
  const privateKeyPath = join(dataDir, 'rsa_key.p8');
  const privateKey = kept(
    privateKeyPath,
    () =>
      generateKeyPairSync('rsa', {
        modulusLength: 2048,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      }).privateKey,
  );
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  return { password, publicKey, privateKeyPath, oauth };
}

function newOAuthClient(): string {
  const secret = () => randomBytes(24).toString('base64url');
  return JSON.stringify({ clientId: 'LOCAL_CLIENT', clientSecret: secret(), refreshToken: secret() });
}

/** Snowflake takes RSA keys from this size on. */
const SMALLEST_KEY_BITS = 2048;

function givenPublicKey(path: string): string {
  const pem = read(path);
  let key: KeyObject | undefined;
  try {
    // A private key would do as well for the library; here it is a mistake.
    if (pem.includes('PUBLIC KEY')) key = createPublicKey(pem);
  } catch {
    // The error below says so.
  }
  if (key?.asymmetricKeyType !== 'rsa') throw invalid(`${path} is not an RSA public key in PEM`);
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < SMALLEST_KEY_BITS) {
    throw invalid(`the key in ${path} is too short: expected RSA of at least ${SMALLEST_KEY_BITS} bits`);
  }
  return pem;
}

const invalid = (message: string, cause?: unknown) =>
  new LocalSnowflakeError('OPTION_INVALID', message, { cause });

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw invalid(code === 'ENOENT' ? `there is no file ${path}` : `${path} cannot be read (${code})`, cause);
  }
}
