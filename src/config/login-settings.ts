import { httpsUrl, oneOf, opaqueText, snowflakeUrl, text, textLike } from './fields.ts';

// Neither the domain of all accounts nor a name that ends in a dot or has an empty part.
const ACCOUNT = /^(?!snowflakecomputing\.(?:com|cn)$)[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*$/iu;

/** Who we are at Snowflake, and where it is; a local Snowflake replaces all of it. */
export const LOGIN_SETTINGS = {
  snowflakeAccount: {
    field: textLike(ACCOUNT, 'must be an account identifier such as myorg-myaccount'),
    value: 'ACCOUNT',
    login: true,
    about:
      'Account identifier, such as myorg-myaccount, or its host name or URL; taken from the URL when only that is given.',
  },
  snowflakeUrl: {
    field: snowflakeUrl(),
    value: 'URL',
    login: true,
    about: 'URL of the account; https://ACCOUNT.snowflakecomputing.com:443 when not given.',
  },
  snowflakeUser: { field: text(), value: 'USER', login: true, about: 'Snowflake user.' },
  snowflakePrivateKey: {
    field: opaqueText(),
    value: 'KEY',
    secret: true,
    login: true,
    about: 'RSA private key: PEM, or base64 of it, with or without its markers.',
  },
  snowflakePrivateKeyPath: {
    field: text(),
    value: 'FILE',
    login: true,
    about: 'File that holds the RSA private key.',
  },
  snowflakePrivateKeyPassphrase: {
    field: opaqueText(),
    value: 'PASSPHRASE',
    secret: true,
    login: true,
    about: 'Passphrase of an encrypted private key.',
  },
  snowflakeAuthenticator: {
    field: oneOf(['SNOWFLAKE_JWT', 'OAUTH', 'PASSWORD']),
    value: 'NAME',
    login: true,
    about: 'SNOWFLAKE_JWT (key pair), OAUTH, or PASSWORD (SQL only); goes by what is given when not set.',
  },
  snowflakePassword: {
    field: opaqueText(),
    value: 'PASSWORD',
    secret: true,
    login: true,
    about: 'Password for SQL; streaming always takes a key pair or OAuth.',
  },
  snowflakeToken: {
    field: text(),
    value: 'TOKEN',
    secret: true,
    login: true,
    about: 'OAuth access token for SQL; requested with the refresh token when not set.',
  },
  snowflakeOauthClientId: {
    field: text(),
    value: 'ID',
    login: true,
    about: 'OAuth client of the streaming SDK.',
  },
  snowflakeOauthClientSecret: {
    field: text(),
    value: 'SECRET',
    secret: true,
    login: true,
    about: 'Secret of the OAuth client.',
  },
  snowflakeOauthRefreshToken: {
    field: text(),
    value: 'TOKEN',
    secret: true,
    login: true,
    about: 'OAuth refresh token.',
  },
  snowflakeOauthTokenEndpoint: {
    field: httpsUrl(),
    value: 'URL',
    login: true,
    about: 'Endpoint for access tokens; Snowflake itself when not given.',
  },
} as const;
