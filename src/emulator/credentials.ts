import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the one user logs in with. */
export interface Credentials {
  readonly password: string;
  readonly publicKey: string;
  /** Where the private key lies, when the emulator made the pair. */
  readonly privateKeyPath: string | null;
}

/** What was given at the start instead of what the emulator would make itself. */
export interface GivenCredentials {
  readonly password?: string | undefined;
  /** A PEM file. */
  readonly publicKeyPath?: string | undefined;
}

/**
 * The key pair and the password: those given, else those kept in the data folder, which are made on first use
 * and can be read by their owner only.
 * @throws Error when the given public key cannot be read.
 */
export function loadCredentials(dataDir: string, given: GivenCredentials): Credentials {
  const password =
    given.password ?? kept(join(dataDir, 'password'), () => randomBytes(18).toString('base64url'));
  if (given.publicKeyPath !== undefined) {
    const publicKey = readFileSync(given.publicKeyPath, 'utf8');
    return { password, publicKey, privateKeyPath: null };
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
  return { password, publicKey, privateKeyPath };
}

function kept(path: string, make: () => string): string {
  if (!existsSync(path)) writeFileSync(path, make(), { mode: 0o600 });
  return readFileSync(path, 'utf8');
}
