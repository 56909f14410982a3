import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM files of an authority of our own, of a server `localhost`, and of a client. */
export interface Certificates extends Disposable {
  readonly ca: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
  /** An authority that has signed none of them. */
  readonly otherCa: string;
  /** The client's key under a passphrase. */
  readonly lockedKey: string;
}

/** Makes keys and certificates by openssl. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const file = (name: string) => join(folder, name);
  const authority = (name: string): string => {
    openssl(
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`],
      ...['-keyout', `${name}.key`, '-out', `${name}.pem`, '-addext', 'keyUsage=critical,keyCertSign'],
    );
    return file(`${name}.pem`);
  };
  const ca = authority('ca');
  const signed = (name: string, extension: string) => {
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
    );
    writeFileSync(file(`${name}.ext`), extension);
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-days', '2', '-extfile', `${name}.ext`, '-out', `${name}.pem`],
    );
    return { cert: file(`${name}.pem`), key: file(`${name}.key`) };
  };
  const server = signed('server', 'subjectAltName=DNS:localhost\n');
  const client = signed('client', 'extendedKeyUsage=clientAuth\n');
  openssl('pkcs8', '-topk8', '-in', 'client.key', '-passout', 'pass:secret', '-out', 'locked.key');
  return {
    ca,
    server,
    client,
    otherCa: authority('other'),
    lockedKey: file('locked.key'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
