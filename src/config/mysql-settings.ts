import { objectName, oneOf, onOff, opaqueText, text, textLike, wholeNumber } from './fields.ts';

/** The source server, and the login there. */
export const MYSQL_SETTINGS = {
  mysqlUrl: {
    field: opaqueText(),
    value: 'URL',
    secret: true,
    about: 'The source server in one line: mysql://user:password@host:3306/database, or the JDBC form of it.',
  },
  mysqlHost: {
    field: textLike(/^[\w.:-]+$/u, 'must be a host name or address'),
    value: 'HOST',
    about: 'Host of the source server.',
  },
  mysqlPort: {
    field: wholeNumber(1, 65_535),
    value: 'PORT',
    fallback: 3306,
    about: 'Port of the source server.',
  },
  mysqlUser: { field: text(), value: 'USER', about: 'MySQL user; SELECT on the tables is all it needs.' },
  mysqlPassword: {
    field: opaqueText(),
    value: 'PASSWORD',
    secret: true,
    about: 'Password of the MySQL user.',
  },
  mysqlPasswordFile: {
    field: text(),
    value: 'FILE',
    about: 'File whose first line is the password of the MySQL user.',
  },
  mysqlDatabase: {
    field: objectName(),
    value: 'NAME',
    about: 'Default database of the tables.',
  },
  mysqlSsl: {
    field: oneOf(['disabled', 'preferred', 'required', 'verify']),
    value: 'MODE',
    about:
      'Encryption of the connection: disabled, preferred, required, or verify (certificate and host name too). When not given, verify; preferred for a host that is this machine, unless MYSQL_SSL_CA is given.',
  },
  mysqlSslCa: {
    field: text(),
    value: 'FILE',
    about:
      'PEM file of the authorities whose certificates verify accepts; those that Node.js knows when not given.',
  },
  mysqlSslCert: {
    field: text(),
    value: 'FILE',
    about: 'PEM file of the client certificate, for accounts that REQUIRE X509; with MYSQL_SSL_KEY.',
  },
  mysqlSslKey: {
    field: text(),
    value: 'FILE',
    about: 'PEM file of the key of the client certificate, without a passphrase.',
  },
  mysqlServerPublicKey: {
    field: text(),
    value: 'FILE',
    about:
      'PEM file of the RSA key of the server, by which a password is encrypted on a connection without TLS (caching_sha2_password and sha256_password).',
  },
  mysqlAllowPublicKeyRetrieval: {
    field: onOff(),
    value: 'on|off',
    fallback: false,
    about:
      'Whether the password may be encrypted by a key that the server sends on a connection without TLS: an impostor can read it then. No such permission is needed for a host that is this machine.',
  },
  mysqlCleartextPlugin: {
    field: onOff(),
    value: 'on|off',
    fallback: false,
    about:
      'Whether the password is sent in clear text when the server requests mysql_clear_password (RDS IAM, PAM, LDAP), over TLS only.',
  },
  mysqlTimeout: {
    field: wholeNumber(100, 3_600_000),
    value: 'MS',
    fallback: 20_000,
    about:
      'Milliseconds that MySQL may take for a login, and for an answer about its tables or a session; rows and checks may take any time.',
  },
} as const;
