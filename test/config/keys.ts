import { createPrivateKey, generateKeyPairSync } from 'node:crypto';

/** An RSA key made for this run, in every form that people have one in. */
export function rsaForms(bits = 2048, passphrase = 'open sesame') {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  const encryption = { cipher: 'aes-256-cbc', passphrase } as const;
  return {
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    base64: der.toString('base64'),
    pkcs1: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    pkcs1Base64: privateKey.export({ type: 'pkcs1', format: 'der' }).toString('base64'),
    encrypted: privateKey.export({ type: 'pkcs8', format: 'pem', ...encryption }).toString(),
    encryptedBase64: privateKey.export({ type: 'pkcs8', format: 'der', ...encryption }).toString('base64'),
    encryptedPkcs1: privateKey.export({ type: 'pkcs1', format: 'pem', ...encryption }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    publicBase64: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    passphrase,
  };
}

/** Says whether a PEM and a base64 body hold one and the same key. */
export function isSameKey(pem: string, base64: string): boolean {
  const one = createPrivateKey(pem);
  return one.equals(createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' }));
}
