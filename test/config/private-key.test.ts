import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parsePrivateKey } from '../../src/config/private-key.ts';
import { redact } from '../../src/config/secrets.ts';
import { SnowstreamError } from '../../src/errors.ts';
import { isSameKey, rsaForms } from './keys.ts';

const key = rsaForms();

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const CUT_OFF =
  'is cut off: its last line, -----END PRIVATE KEY-----, is missing (on one line, \\n means a line end)';

/** PFX { version 3, ContentInfo … } */
const PKCS12 = Buffer.from(`3082020e020103${'30'.repeat(400)}`, 'hex').toString('base64');

const bag = (pem: string) =>
  `Bag Attributes\n    localKeyID: 01 02 AB \n    friendlyName: loader\nKey Attributes: <No Attributes>\n${pem}`;

/** What may be done to each PEM on its way into a setting. */
const WRAPPINGS: readonly (readonly [string, (pem: string) => string])[] = [
  ['as it is', (pem) => pem],
  ['Windows line ends', (pem) => pem.replaceAll('\n', '\r\n')],
  ['line ends of an old Mac', (pem) => pem.replaceAll('\n', '\r')],
  ['on one line with spaces', (pem) => pem.trim().replaceAll('\n', ' ')],
  ['on one line with nothing', (pem) => pem.replace(/(?<![-\n]|DEK.*)\n(?!-|\n|DEK|Proc)/gu, '')],
  ['\\n written out', (pem) => pem.replaceAll('\n', '\\n')],
  ['\\n written out twice', (pem) => pem.replaceAll('\n', '\\\\n')],
  ['indented', (pem) => pem.replace(/^/gmu, '    ')],
  ['double quotes', (pem) => `"${pem.trim()}"`],
  ['single quotes', (pem) => `'${pem.trim()}'`],
  ['quotes in quotes, with \\n', (pem) => `'"${pem.replaceAll('\n', '\\n')}"'\n`],
  ['base64 as a whole', (pem) => Buffer.from(pem).toString('base64')],
  ['base64url as a whole', (pem) => Buffer.from(pem).toString('base64url')],
  [
    'base64 as a whole, on lines',
    (pem) => Buffer.from(pem.replaceAll('\n', '\r\n')).toString('base64').replace(/.{76}/gu, '$&\n'),
  ],
  ['Bag Attributes', bag],
  ['a certificate before it', (pem) => CERTIFICATE + pem],
  ['the public key before it', (pem) => key.publicPem + pem],
  ['Bag Attributes in base64', (pem) => Buffer.from(bag(pem)).toString('base64')],
  ['text after it', (pem) => `${pem}\n# end\n`],
];

describe('a private key', () => {
  it.each([
    ['PEM of PKCS#8', key.pem, undefined],
    ['PEM with Windows line ends', key.pem.replaceAll('\n', '\r\n'), undefined],
    ['PEM with \\n written out', key.pem.replaceAll('\n', '\\n'), undefined],
    ['base64 on one line', key.base64, undefined],
    ['base64 on many lines', key.base64.replace(/.{64}/gu, '$&\n'), undefined],
    ['PEM of PKCS#1', key.pkcs1, undefined],
    ['base64 of PKCS#1', key.pkcs1Base64, undefined],
    ['encrypted PEM of PKCS#8', key.encrypted, key.passphrase],
    ['encrypted base64', key.encryptedBase64, key.passphrase],
    ['encrypted PEM of PKCS#1', key.encryptedPkcs1, key.passphrase],
    ['PEM with a passphrase that it does not need', key.pem, key.passphrase],
    ['base64 with a passphrase that it does not need', key.base64, key.passphrase],
  ])('is read as %s', (_form, text, passphrase) => {
    const read = parsePrivateKey(text, passphrase, 'KEY');
    expect(read.base64).toBe(key.base64);
    expect(read.pem).toBe(key.pem);
    expect(isSameKey(key.pem, read.base64)).toBe(true);
  });

  const PEMS = [
    ['PKCS#8', key.pem, undefined],
    ['PKCS#1', key.pkcs1, undefined],
    ['encrypted PKCS#8', key.encrypted, key.passphrase],
    ['encrypted PKCS#1', key.encryptedPkcs1, key.passphrase],
  ] as const;
  it.each(
    PEMS.flatMap(([form, pem, passphrase]) =>
      WRAPPINGS.map(([wrapping, wrap]) => [form, wrapping, wrap(pem), passphrase] as const),
    ),
  )('is read as PEM of %s, %s', (_form, _wrapping, text, passphrase) => {
    expect(parsePrivateKey(text, passphrase, 'KEY').base64).toBe(key.base64);
  });

  it('is redacted however it was wrapped', () => {
    const texts = WRAPPINGS.map(([, wrap]) => wrap(key.encrypted));
    for (const text of texts) parsePrivateKey(text, key.passphrase, 'KEY');
    const reported = redact(`Error: ${texts.join('\n')}`);
    for (const word of texts.flatMap((text) => text.split(/\s+/u)).filter(({ length }) => length > 40))
      expect(reported).not.toContain(word);
  });

  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const ecPem = ec.export({ type: 'pkcs8', format: 'pem' }).toString();
  const sec1 = ec.export({ type: 'sec1', format: 'pem' }).toString();
  const ed = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  // EncryptedPrivateKeyInfo under pbeWithMD5AndDES-CBC, which OpenSSL 3 has only in its legacy provider:
  // SEQUENCE { SEQUENCE { OID, SEQUENCE { salt, 2048 iterations } }, 16 bytes }
  const legacy = Buffer.from(
    `302f301b06092a864886f70d010503300e0408${'07'.repeat(8)}02020800${'0410'}${'2a'.repeat(16)}`,
    'hex',
  ).toString('base64');

  it.each([
    [
      'encrypted with a cipher of old',
      legacy,
      'x',
      'is encrypted in a way that OpenSSL 3 no longer reads; rewrite it with openssl pkcs8 -topk8 -v2 aes256',
    ],
    ['no passphrase', key.encrypted, undefined, 'is encrypted: set SNOWFLAKE_PRIVATE_KEY_PASSPHRASE'],
    [
      'no passphrase, base64',
      key.encryptedBase64,
      undefined,
      'is encrypted: set SNOWFLAKE_PRIVATE_KEY_PASSPHRASE',
    ],
    [
      'no passphrase, PKCS#1',
      key.encryptedPkcs1,
      undefined,
      'is encrypted: set SNOWFLAKE_PRIVATE_KEY_PASSPHRASE',
    ],
    ['wrong passphrase', key.encrypted, 'wrong', 'does not open with SNOWFLAKE_PRIVATE_KEY_PASSPHRASE'],
    [
      'wrong passphrase, base64',
      key.encryptedBase64,
      'wrong',
      'does not open with SNOWFLAKE_PRIVATE_KEY_PASSPHRASE',
    ],
    [
      'wrong passphrase, PKCS#1',
      key.encryptedPkcs1,
      'wrong',
      'does not open with SNOWFLAKE_PRIVATE_KEY_PASSPHRASE',
    ],
    ['public key', key.publicPem, undefined, 'is a public key; the private key is needed'],
    ['public key in base64', key.publicBase64, undefined, 'is a public key; the private key is needed'],
    [
      'public SSH key',
      'ssh-rsa AAAAB3NzaC1yc2EAAAADAQ me',
      undefined,
      'is a public key; the private key is needed',
    ],
    [
      'certificate',
      '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
      undefined,
      'is a certificate; the private key is needed',
    ],
    [
      'OpenSSH key',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----',
      undefined,
      'is in the OpenSSH format; convert it with ssh-keygen -p -m PKCS8 -f FILE',
    ],
    ['EC key', ecPem, undefined, 'is an EC key, but Snowflake takes RSA'],
    ['EC key of SEC1', sec1, undefined, 'is an EC key, but Snowflake takes RSA'],
    ['Ed25519 key', ed, undefined, 'is an ED25519 key, but Snowflake takes RSA'],
    [
      'short RSA key',
      rsaForms(1024).pem,
      undefined,
      'is an RSA key of 1024 bits, but Snowflake takes 2048 or more',
    ],
    ['cut-off PEM', key.pem.slice(0, 600), undefined, CUT_OFF],
    // What docker --env-file and .env of some tools take of a key on several lines without quotes.
    ['first line of a PEM', '-----BEGIN PRIVATE KEY-----', undefined, CUT_OFF],
    ['cut-off PEM in base64', Buffer.from(key.pem.slice(0, 600)).toString('base64'), undefined, CUT_OFF],
    ['damaged PEM', key.pem.replace(/\n.{64}\n/u, '\n'), undefined, 'is not a private key that can be read'],
    [
      'public key in base64 as a whole',
      Buffer.from(key.publicPem).toString('base64'),
      undefined,
      'is a public key; the private key is needed',
    ],
    [
      'certificate alone behind Bag Attributes',
      `Bag Attributes\n    friendlyName: me\n${CERTIFICATE}`,
      undefined,
      'is a certificate; the private key is needed',
    ],
    [
      'encrypted key behind Bag Attributes without its passphrase',
      `Bag Attributes\n    friendlyName: me\n${key.encrypted}`,
      undefined,
      'is encrypted: set SNOWFLAKE_PRIVATE_KEY_PASSPHRASE',
    ],
    [
      'PuTTY key',
      'PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none',
      undefined,
      'is in the format of PuTTY; export it with puttygen FILE -O private-openssh -o rsa_key.pem',
    ],
    [
      'PKCS#12 file',
      PKCS12,
      undefined,
      'is a PKCS#12 file; extract the key with openssl pkcs12 -in FILE -nocerts -noenc -out rsa_key.p8',
    ],
    ['cut-off base64', key.base64.slice(0, 600), undefined, 'is neither PEM nor base64 of a private key'],
    [
      'damaged encrypted PEM',
      `${key.encrypted.slice(0, 400)}\n-----END ENCRYPTED PRIVATE KEY-----`,
      'x',
      'does not open with SNOWFLAKE_PRIVATE_KEY_PASSPHRASE',
    ],
    ['placeholder', 'XYZ', undefined, 'is neither PEM nor base64 of a private key'],
    ['path instead of a key', '/home/me/rsa_key.p8', undefined, 'is neither PEM nor base64 of a private key'],
    ['empty file', '', undefined, 'is neither PEM nor base64 of a private key'],
  ])('that is no use is reported in one line: %s', (_what, text, passphrase, problem) => {
    let caught: unknown;
    try {
      parsePrivateKey(text, passphrase, 'SNOWFLAKE_PRIVATE_KEY in .env');
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(SnowstreamError);
    expect(caught).toMatchObject({
      code: 'KEY_UNREADABLE',
      exitCode: 2,
      message: `SNOWFLAKE_PRIVATE_KEY in .env ${problem}`,
    });
  });

  it('is redacted in every form, decrypted or not', () => {
    const own = rsaForms();
    const { base64, pem } = parsePrivateKey(own.encrypted, own.passphrase, 'KEY');
    const oneLine = own.encrypted.replace(/-----[^-]+-----|\n/gu, '');
    for (const form of [
      base64,
      pem,
      own.encrypted,
      oneLine,
      JSON.stringify({ pem }),
      encodeURIComponent(base64),
    ]) {
      const text = redact(`before ${form} after`);
      expect(text).toMatch(/^before .{1,20} after$/u);
      expect(text).not.toContain(base64.slice(100, 140));
    }
    expect(redact(pem.split('\n')[5] ?? '')).toBe('***');
  });
});
