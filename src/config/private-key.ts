import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { SnowstreamError } from '../errors.ts';
import { registerPrivateKey, registerSecret } from './secrets.ts';

/** An RSA private key in the forms its takers want. */
export interface PrivateKey {
  /** PKCS#8 in base64 on one line without markers: the streaming SDK's `private_key`. */
  readonly base64: string;
  /** PKCS#8 as PEM, not encrypted: snowflake-sdk's `privateKey`. */
  readonly pem: string;
}

/** What Snowflake asks for: https://docs.snowflake.com/en/user-guide/key-pair-auth */
const SMALLEST_BITS = 2048;

/**
 * Reads an RSA private key: PEM of PKCS#8 (encrypted or not) or PKCS#1, or the base64 body of any of these on
 * one line, where `\n` may be written out as in a `.env` file. Registers it for redaction.
 *
 * @param text the key
 * @param passphrase for an encrypted key; not looked at otherwise
 * @param name what to call the key in an error: `SNOWFLAKE_PRIVATE_KEY in .env`
 * @throws SnowstreamError KEY_UNREADABLE with one line that begins with `name`
 *
 * @example const { base64 } = parsePrivateKey(await readFile('rsa_key.p8', 'utf8'), undefined, 'rsa_key.p8');
 */
export function parsePrivateKey(text: string, passphrase: string | undefined, name: string): PrivateKey {
  registerPrivateKey(text);
  registerSecret(passphrase);
  const pem = text.replaceAll('\\r', '').replaceAll('\\n', '\n').trim();
  const key = pem.startsWith('-----')
    ? fromPem(pem, passphrase, name)
    : fromBase64(pem.replace(/\s+/gu, ''), passphrase, name);
  if (key.asymmetricKeyType !== 'rsa') {
    throw unreadable(name, `is ${kindOf(key)} key, but Snowflake takes RSA`);
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < SMALLEST_BITS) {
    throw unreadable(name, `is an RSA key of ${bits} bits, but Snowflake takes ${SMALLEST_BITS} or more`);
  }
  const plain = {
    base64: key.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    pem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  // Decrypted, the key is other text than what was given.
  registerPrivateKey(plain.pem);
  return plain;
}

function fromPem(pem: string, passphrase: string | undefined, name: string): KeyObject {
  const label = /^-----BEGIN ([A-Z0-9 ]+)-----/u.exec(pem)?.[1] ?? '';
  if (label.endsWith('PUBLIC KEY')) throw unreadable(name, 'is a public key; the private key is needed');
  if (label === 'CERTIFICATE') throw unreadable(name, 'is a certificate; the private key is needed');
  if (label === 'OPENSSH PRIVATE KEY') {
    throw unreadable(name, 'is in the OpenSSH format; convert it with ssh-keygen -p -m PKCS8 -f FILE');
  }
  const isEncrypted = label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type: 4,ENCRYPTED/mu.test(pem);
  if (isEncrypted && passphrase === undefined) throw needsPassphrase(name);
  try {
    return createPrivateKey({
      key: pem,
      format: 'pem',
      ...(isEncrypted && passphrase ? { passphrase } : {}),
    });
  } catch (cause) {
    throw refused(cause, isEncrypted, name);
  }
}

function fromBase64(body: string, passphrase: string | undefined, name: string): KeyObject {
  if (/^ssh-/u.test(body)) throw unreadable(name, 'is a public key; the private key is needed');
  const der = Buffer.from(body, 'base64');
  // Buffer skips what is not base64, so only the way back tells.
  if (body === '' || der.toString('base64').replace(/=+$/u, '') !== body.replace(/=+$/u, '')) {
    throw unreadable(name, 'is neither PEM nor base64 of a private key');
  }
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } catch {
    // Not plain PKCS#8; the next two forms remain.
  }
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs1' });
  } catch {
    if (!looksEncrypted(der)) throw unreadable(name, 'is neither PEM nor base64 of a private key');
  }
  if (isPublicKey(der)) throw unreadable(name, 'is a public key; the private key is needed');
  if (passphrase === undefined) throw needsPassphrase(name);
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8', passphrase });
  } catch (cause) {
    throw refused(cause, true, name);
  }
}

// An EncryptedPrivateKeyInfo (RFC 5208, section 6) is a sequence that begins with a sequence; the plain forms
// begin with a version number.
function looksEncrypted(der: Buffer): boolean {
  const lengthBytes = (der[1] ?? 0) & 0x80 ? (der[1] ?? 0) & 0x7f : 0;
  return der[0] === 0x30 && der[2 + lengthBytes] === 0x30;
}

function isPublicKey(der: Buffer): boolean {
  try {
    createPublicKey({ key: der, format: 'der', type: 'spki' });
    return true;
  } catch {
    return false;
  }
}

function refused(cause: unknown, isEncrypted: boolean, name: string): SnowstreamError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  // ERR_OSSL_UNSUPPORTED is something else: one wrong passphrase in 200 or so decrypts to what then is no key.
  if (isEncrypted && code === 'ERR_OSSL_EVP_UNSUPPORTED') {
    return unreadable(
      name,
      'is encrypted in a way that OpenSSL 3 no longer reads; rewrite it with openssl pkcs8 -topk8 -v2 aes256',
      cause,
    );
  }
  if (isEncrypted) return unreadable(name, 'does not open with SNOWFLAKE_PRIVATE_KEY_PASSPHRASE', cause);
  return unreadable(name, 'is not a private key that can be read', cause);
}

function needsPassphrase(name: string): SnowstreamError {
  return unreadable(name, 'is encrypted: set SNOWFLAKE_PRIVATE_KEY_PASSPHRASE');
}

function kindOf(key: KeyObject): string {
  const type = key.asymmetricKeyType ?? 'unknown';
  return `${/^[aeiou]/u.test(type) ? 'an' : 'a'} ${type.toUpperCase()}`;
}

function unreadable(name: string, problem: string, cause?: unknown): SnowstreamError {
  return new SnowstreamError('KEY_UNREADABLE', `${name} ${problem}`, { cause });
}
