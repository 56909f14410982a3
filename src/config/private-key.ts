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

/** One block of a PEM file. */
interface PemBlock {
  readonly label: string;
  /** What is between its two markers. */
  readonly body: string;
}

/**
 * Reads an RSA private key: PEM of PKCS#8 (encrypted or not) or PKCS#1, or the base64 body of any of these. PEM is
 * found among other blocks and lines (Bag Attributes, a certificate), and may be in quotes, on one line with spaces or
 * with `\n` written out as in a `.env` file, or wrapped in base64 as a whole. Registers it for redaction.
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
  const key = keyOf(withoutQuotes(text), passphrase, name);
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

/** A container's --env-file keeps the quotes of a value, a YAML file may add a second pair. */
function withoutQuotes(text: string): string {
  const inner = text.replace(/\\+r/gu, '').replace(/\\+n/gu, '\n').trim();
  const [, , quoted] = /^(["'`])(.*)\1$/su.exec(inner) ?? [];
  return quoted === undefined ? inner : withoutQuotes(quoted);
}

function keyOf(text: string, passphrase: string | undefined, name: string): KeyObject {
  if (text.includes(PEM_BEGIN)) return fromPem(text, passphrase, name);
  if (text.startsWith('PuTTY-User-Key-File')) {
    throw unreadable(
      name,
      'is in the format of PuTTY; export it with puttygen FILE -O private-openssh -o rsa_key.pem',
    );
  }
  if (/^ssh-/u.test(text)) throw unreadable(name, 'is a public key; the private key is needed');
  const body = text.replace(/\s+/gu, '').replaceAll('-', '+').replaceAll('_', '/');
  const wrapped = Buffer.from(body, 'base64').toString('latin1');
  if (!wrapped.includes(PEM_BEGIN)) return fromBase64(body, passphrase, name);
  registerPrivateKey(wrapped);
  return fromPem(wrapped, passphrase, name);
}

const PEM_BEGIN = '-----BEGIN ';

function fromPem(text: string, passphrase: string | undefined, name: string): KeyObject {
  const blocks = pemBlocks(text);
  const [first] = blocks;
  if (first === undefined) {
    const label = /-----BEGIN ([A-Z0-9 ]+)-----/u.exec(text)?.[1] ?? 'PRIVATE KEY';
    throw unreadable(
      name,
      `is cut off: its last line, -----END ${label}-----, is missing (on one line, \\n means a line end)`,
    );
  }
  const { label, body } = blocks.find((block) => block.label.endsWith('PRIVATE KEY')) ?? first;
  if (label.endsWith('PUBLIC KEY')) throw unreadable(name, 'is a public key; the private key is needed');
  if (label.endsWith('CERTIFICATE')) throw unreadable(name, 'is a certificate; the private key is needed');
  if (label === 'OPENSSH PRIVATE KEY') {
    throw unreadable(name, 'is in the OpenSSH format; convert it with ssh-keygen -p -m PKCS8 -f FILE');
  }
  const isEncrypted = label === 'ENCRYPTED PRIVATE KEY' || /^\s*Proc-Type: *4,ENCRYPTED/u.test(body);
  if (isEncrypted && passphrase === undefined) throw needsPassphrase(name);
  try {
    return createPrivateKey({
      key: pemOf({ label, body }),
      format: 'pem',
      ...(isEncrypted && passphrase ? { passphrase } : {}),
    });
  } catch (cause) {
    throw notOpened(cause, isEncrypted, name);
  }
}

function pemBlocks(text: string): PemBlock[] {
  const blocks = text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----/gsu);
  return Array.from(blocks, ([, label = '', body = '']) => ({ label, body }));
}

/** The block as OpenSSL reads it: its headers, if any, on lines of their own, then lines of 64 characters. */
function pemOf({ label, body }: PemBlock): string {
  const [, cipher, vector, rest] =
    /^\s*Proc-Type: *4,ENCRYPTED\s+DEK-Info: *([\w-]+),([0-9A-F]+)\s(.*)$/isu.exec(body) ?? [];
  const headers = cipher === undefined ? [] : ['Proc-Type: 4,ENCRYPTED', `DEK-Info: ${cipher},${vector}`, ''];
  const lines = (rest ?? body).replace(/\s+/gu, '').match(/.{1,64}/gu) ?? [];
  return [`-----BEGIN ${label}-----`, ...headers, ...lines, `-----END ${label}-----`, ''].join('\n');
}

function fromBase64(body: string, passphrase: string | undefined, name: string): KeyObject {
  const der = Buffer.from(body, 'base64');
  // Buffer skips what is not base64, so only encoding it again shows.
  if (body === '' || der.toString('base64').replace(/=+$/u, '') !== body.replace(/=+$/u, '')) {
    throw unreadable(name, 'is neither PEM nor base64 of a private key');
  }
  if (isPkcs12(der)) {
    throw unreadable(
      name,
      'is a PKCS#12 file; extract the key with openssl pkcs12 -in FILE -nocerts -noenc -out rsa_key.p8',
    );
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
    throw notOpened(cause, true, name);
  }
}

// An EncryptedPrivateKeyInfo (RFC 5208, section 6) is a sequence that begins with a sequence; the plain forms
// begin with a version number.
function looksEncrypted(der: Buffer): boolean {
  const lengthBytes = (der[1] ?? 0) & 0x80 ? (der[1] ?? 0) & 0x7f : 0;
  return der[0] === 0x30 && der[2 + lengthBytes] === 0x30;
}

// A PFX (RFC 7292, section 4) is a sequence that begins with the version number 3.
function isPkcs12(der: Buffer): boolean {
  const lengthBytes = (der[1] ?? 0) & 0x80 ? (der[1] ?? 0) & 0x7f : 0;
  return der[0] === 0x30 && der.subarray(2 + lengthBytes, 5 + lengthBytes).equals(Buffer.of(2, 1, 3));
}

function isPublicKey(der: Buffer): boolean {
  try {
    createPublicKey({ key: der, format: 'der', type: 'spki' });
    return true;
  } catch {
    return false;
  }
}

function notOpened(cause: unknown, isEncrypted: boolean, name: string): SnowstreamError {
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
