import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { Assembly } from './assembly.ts';
import { isLoopback } from './loopback.ts';
import { settingOf } from './schema.ts';
import { registerPrivateKey, registerSecret } from './secrets.ts';
import type { MysqlSettings, MysqlTls } from './settings.ts';

/** The source server, where its settings are complete. */
export function mysqlServer(assembly: Assembly): MysqlSettings | undefined {
  const { values, origins, miss, invalid, readSecretFile } = assembly;
  const { mysqlHost: host, mysqlUser: user, mysqlDatabase: database, mysqlPasswordFile: file } = values;
  for (const key of ['mysqlHost', 'mysqlUser'] as const)
    if (!origins.has(key) && !origins.has('mysqlUrl')) miss(key);
  let password = values.mysqlPassword;
  if (password === undefined && file !== undefined) {
    password = readSecretFile('mysqlPasswordFile', file)?.split(/\r?\n/u)[0];
    registerSecret(password);
    if (password === '') invalid(`${origins.get('mysqlPasswordFile')}: ${file} has no first line`);
    if (!password) return undefined;
  }
  const encryption = encryptionOf(assembly);
  const key = publicKeyOf(assembly);
  if (host === undefined || user === undefined || encryption === undefined || key === undefined)
    return undefined;
  return {
    host,
    port: values.mysqlPort ?? Number(settingOf('mysqlPort').fallback),
    user,
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    ...encryption,
    ...key,
    ...(values.mysqlTimeout !== undefined && { timeout: values.mysqlTimeout }),
  };
}

/** The way back from `verify`, where the user has not asked for it. */
const LESS =
  'set MYSQL_SSL to required (encrypted, but an impostor gets the password) or to preferred (in clear text where the server has no TLS)';

/** mysql2 hands no address on to the check of the certificate, which then compares it with "localhost". */
export function verifiable(
  mysql: MysqlSettings | undefined,
  { origins, invalid }: Assembly,
): MysqlSettings | undefined {
  if (mysql?.ssl !== 'verify' || !isIP(mysql.host)) return mysql;
  const asked = origins.get('mysqlSsl') ?? origins.get('mysqlSslCa');
  return invalid(
    asked === undefined
      ? `${origins.get('mysqlHost') ?? 'mysql.host'}: verify, the default for a host that is not this machine, compares the certificate with a host name, and ${mysql.host} is an address: name the host, or ${LESS}`
      : `${asked}: verify compares the certificate with a host name, and ${mysql.host} is an address: name the host`,
  );
}

function encryptionOf(
  assembly: Assembly,
): Pick<MysqlSettings, 'ssl' | 'tls' | 'cleartextPlugin' | 'rejectPlainText'> | undefined {
  const { values, origins, invalid } = assembly;
  const { mysqlSslCa: ca, mysqlSslCert: cert, mysqlSslKey: key, mysqlCleartextPlugin } = values;
  // Without a host there is another problem already.
  const isHere = isLoopback(values.mysqlHost ?? 'localhost');
  const ssl = values.mysqlSsl ?? (ca === undefined && isHere ? 'preferred' : 'verify');
  if (ca !== undefined && ssl !== 'verify')
    return invalid(
      `${origins.get('mysqlSslCa')}: only verify checks the certificate of the server, and ${origins.get('mysqlSsl')} is ${ssl}: set it to verify, or remove one of them`,
    );
  if ((cert === undefined) !== (key === undefined)) {
    const [given, other] =
      cert === undefined
        ? (['mysqlSslKey', 'mysqlSslCert'] as const)
        : (['mysqlSslCert', 'mysqlSslKey'] as const);
    return invalid(
      `${origins.get(given)}: a client certificate and its key go together: set ${settingOf(other).env} too`,
    );
  }
  if (ssl === 'disabled' && (cert !== undefined || mysqlCleartextPlugin === true))
    return invalid(
      `${origins.get(cert === undefined ? 'mysqlCleartextPlugin' : 'mysqlSslCert')}: there is no TLS, as ${origins.get('mysqlSsl')} is disabled: set it to required or verify`,
    );
  const tls = tlsOf(assembly);
  if (tls === undefined) return undefined;
  return {
    ssl,
    ...(Object.keys(tls).length > 0 && { tls }),
    ...(mysqlCleartextPlugin === true && { cleartextPlugin: true }),
    ...(ssl === 'preferred' && !isHere && values.strict === true && { rejectPlainText: true }),
  };
}

function publicKeyOf(
  assembly: Assembly,
): Pick<MysqlSettings, 'serverPublicKey' | 'allowPublicKeyRetrieval'> | undefined {
  const { values, origins, invalid, readFile } = assembly;
  const { mysqlServerPublicKey: path, mysqlAllowPublicKeyRetrieval } = values;
  const allowed = mysqlAllowPublicKeyRetrieval === true && { allowPublicKeyRetrieval: true };
  if (path === undefined) return { ...allowed };
  const text = readFile('mysqlServerPublicKey', path);
  if (text === undefined) return undefined;
  // A public key can be had from a private one, which is in the wrong place then.
  if (text.includes('PRIVATE KEY')) registerPrivateKey(text);
  else if (rsaKey(text) !== undefined) return { ...allowed, serverPublicKey: text };
  return invalid(
    `${origins.get('mysqlServerPublicKey')}: ${path} has no RSA public key in PEM form; the server prints its own by SHOW STATUS LIKE '%rsa_public_key'`,
  );
}

function rsaKey(text: string): KeyObject | undefined {
  try {
    const key = createPublicKey(text);
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The texts of the files, which a connection could use. */
function tlsOf({ values, origins, invalid, readFile, readSecretFile }: Assembly): MysqlTls | undefined {
  const files = [
    ['ca', 'mysqlSslCa', readFile],
    ['cert', 'mysqlSslCert', readFile],
    ['key', 'mysqlSslKey', readSecretFile],
  ] as const;
  const tls: { -readonly [Part in keyof MysqlTls]: MysqlTls[Part] } = {};
  for (const [part, setting, read] of files) {
    const path = values[setting];
    if (path === undefined) continue;
    const text = read(setting, path);
    if (text === undefined) return undefined;
    if (part === 'key') registerPrivateKey(text);
    tls[part] = text;
    try {
      // A context takes any text as an authority, and accepts nobody then.
      if (part === 'ca') new X509Certificate(text);
      else
        createSecureContext({
          ...(tls.cert !== undefined && { cert: tls.cert }),
          ...(tls.key !== undefined && { key: tls.key }),
        });
    } catch {
      return invalid(`${origins.get(setting)}: ${path} ${UNUSABLE[part]}`);
    }
  }
  return tls;
}

const UNUSABLE = {
  ca: 'has no certificate in PEM form',
  cert: 'has no certificate in PEM form',
  key: 'has no key in PEM form without a passphrase that belongs to the certificate; openssl pkey -in FILE -out NEW removes a passphrase',
} as const;
