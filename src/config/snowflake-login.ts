import { SnowstreamError } from '../errors.ts';
import { hostLabel } from './account.ts';
import type { Assembly } from './assembly.ts';
import { type PrivateKey, parsePrivateKey } from './private-key.ts';
import type { SettingKey } from './schema.ts';
import type { SnowflakeSqlConnection, SqlAuthentication, StreamingAuthorization } from './settings.ts';

/**
 * Puts together where Snowflake is and how both sides log in; undefined when something was missing or wrong.
 *
 * @param sqlOnly a login for SQL is enough: that of streaming is missing only where SQL needs it too
 */
export function snowflakeLogin(assembly: Assembly, sqlOnly: boolean): SnowflakeSqlConnection | undefined {
  const { values, origins, miss } = assembly;
  const has = (key: SettingKey) => origins.has(key);
  const account = values.snowflakeAccount ?? accountOf(values.snowflakeUrl);
  const isAddressKnown = account !== undefined || has('snowflakeAccount');
  if (!isAddressKnown) miss('snowflakeAccount');
  if (!has('snowflakeUser')) miss('snowflakeUser');

  const isKeyGiven = has('snowflakePrivateKey') || has('snowflakePrivateKeyPath');
  const authenticator = values.snowflakeAuthenticator ?? likelyAuthenticator(has, isKeyGiven);
  const isOauth = authenticator === 'OAUTH' || (!isKeyGiven && has('snowflakeOauthClientId'));
  const isSqlEnough = sqlOnly && hasOwnSecret(authenticator, has);
  const forStreaming: Assembly = isSqlEnough ? { ...assembly, miss: () => undefined } : assembly;
  const needsKey = !isOauth || authenticator === 'SNOWFLAKE_JWT';
  const privateKey = needsKey ? privateKeyOf(forStreaming) : undefined;
  const streaming = isOauth ? oauthOf(forStreaming) : privateKey && ({ type: 'JWT', privateKey } as const);
  const sql = sqlOf(authenticator, privateKey, assembly);

  const url = values.snowflakeUrl ?? (has('snowflakeUrl') ? undefined : account && urlOf(account));
  const user = values.snowflakeUser;
  if (!account || !url || !user || !sql || (!streaming && !isSqlEnough)) return undefined;
  return { account, url, user, sql, ...(streaming && { streaming }) };
}

/** Whether SQL logs in with something that streaming has no use for. */
function hasOwnSecret(
  authenticator: SqlAuthentication['authenticator'],
  has: (key: SettingKey) => boolean,
): boolean {
  return authenticator === 'PASSWORD' || (authenticator === 'OAUTH' && has('snowflakeToken'));
}

function likelyAuthenticator(has: (key: SettingKey) => boolean, isKeyGiven: boolean) {
  if (isKeyGiven) return 'SNOWFLAKE_JWT';
  if (has('snowflakeOauthClientId') || has('snowflakeToken')) return 'OAUTH';
  return has('snowflakePassword') ? 'PASSWORD' : 'SNOWFLAKE_JWT';
}

function privateKeyOf({ values, origins, miss, invalid, readSecretFile }: Assembly): PrivateKey | undefined {
  const { snowflakePrivateKey: inline, snowflakePrivateKeyPath: path } = values;
  if (inline === undefined && path === undefined) {
    const isGiven = origins.has('snowflakePrivateKey') || origins.has('snowflakePrivateKeyPath');
    return isGiven ? undefined : miss('snowflakePrivateKeyPath');
  }
  const key = inline === undefined ? 'snowflakePrivateKeyPath' : 'snowflakePrivateKey';
  const text = inline ?? readSecretFile(key, path ?? '', 'KEY_UNREADABLE');
  if (text === undefined) return undefined;
  const name = inline === undefined ? `${origins.get(key)}: ${path}` : (origins.get(key) ?? key);
  try {
    return parsePrivateKey(text, values.snowflakePrivateKeyPassphrase, name);
  } catch (error) {
    if (!(error instanceof SnowstreamError)) throw error;
    return invalid(error.message, 'KEY_UNREADABLE');
  }
}

function oauthOf({ values, origins, miss }: Assembly): StreamingAuthorization | undefined {
  const {
    snowflakeOauthClientId: clientId,
    snowflakeOauthClientSecret: clientSecret,
    snowflakeOauthRefreshToken: refreshToken,
    snowflakeOauthTokenEndpoint: tokenEndpoint,
  } = values;
  // The SDK takes nothing less than all three.
  for (const key of [
    'snowflakeOauthClientId',
    'snowflakeOauthClientSecret',
    'snowflakeOauthRefreshToken',
  ] as const) {
    if (!origins.has(key)) miss(key);
  }
  if (!clientId || !clientSecret || !refreshToken) return undefined;
  return { type: 'OAuth', clientId, clientSecret, refreshToken, ...(tokenEndpoint ? { tokenEndpoint } : {}) };
}

function sqlOf(
  authenticator: SqlAuthentication['authenticator'],
  privateKey: PrivateKey | undefined,
  { values, origins, miss }: Assembly,
): SqlAuthentication | undefined {
  if (authenticator === 'SNOWFLAKE_JWT') return privateKey && { authenticator, privateKey };
  if (authenticator === 'OAUTH') {
    const token = values.snowflakeToken;
    return { authenticator, ...(token === undefined ? {} : { token }) };
  }
  const password = values.snowflakePassword;
  if (password === undefined) return origins.has('snowflakePassword') ? undefined : miss('snowflakePassword');
  return { authenticator, password };
}

const DOMAIN = /^https:\/\/(.+?)\.snowflakecomputing\.(?:com|cn):\d+$/u;

function accountOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : DOMAIN.exec(url)?.[1];
}

/** The regions of China, as in `xy12345.cn-northwest-1.aws`, have a domain of their own. */
function urlOf(account: string): string {
  const domain = /\.cn-/iu.test(account) ? 'cn' : 'com';
  return `https://${hostLabel(account)}.snowflakecomputing.${domain}:443`;
}
