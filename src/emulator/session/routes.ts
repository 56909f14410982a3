import { Hono } from 'hono';
import { sameSecret } from '../auth/same-secret.ts';
import { canonicalName } from '../catalog/identifier.ts';
import type { EmulatorContext } from '../context.ts';
import { BODY_BYTES } from '../http/body-limit.ts';
import { failure, jsonBody, success } from '../http/envelope.ts';
import { SqlError } from '../sql/error.ts';
import { MASTER_SECONDS, SESSION_SECONDS, type Session } from './session.ts';
import type { Sessions } from './sessions.ts';

type Login = Readonly<Record<string, unknown>>;

/** Sessions: login, token renewal, heartbeat, logout. */
export function sessionRoutes(context: EmulatorContext, sessions: Sessions): Hono {
  const app = new Hono();

  app.post('/session/v1/login-request', async (c) => {
    const login = ((await jsonBody(c, BODY_BYTES)).data ?? {}) as Login;
    const refusal = refusalOf(context, login);
    if (refusal) return failure(c, refusal);
    const { settings } = context;
    const session = sessions.open(settings.user, settings.role);
    applyLogin(context, session, login, (name) => c.req.query(name));
    return success(c, loginData(session));
  });

  app.post('/session/token-request', (c) => {
    const session = sessions.renew(c.req.header('authorization'));
    return success(c, {
      sessionToken: session.token,
      validityInSecondsST: SESSION_SECONDS,
      masterToken: session.masterToken,
      validityInSecondsMT: MASTER_SECONDS,
      sessionId: session.id,
    });
  });

  app.post('/session/heartbeat', (c) => {
    sessions.authorize(c.req.header('authorization'));
    return success(c, null);
  });

  app.post('/session', async (c) => {
    const session = sessions.authorize(c.req.header('authorization'));
    if (c.req.query('delete') === 'true') await sessions.close(session);
    return success(c, null);
  });
  return app;
}

/** What is wrong with a login; `undefined` when nothing is. */
function refusalOf({ settings, auth }: EmulatorContext, login: Login): SqlError | undefined {
  const { AUTHENTICATOR: authenticator, TOKEN: token, LOGIN_NAME: name, PASSWORD: password } = login;
  if (typeof authenticator === 'string' && authenticator.toUpperCase() === 'SNOWFLAKE_JWT') {
    const verdict = typeof token === 'string' ? auth.verifyKeyPairJwt(token) : { ok: false };
    return verdict.ok ? undefined : new SqlError('390144', '08001', 'JWT token is invalid.');
  }
  if (typeof authenticator === 'string' && authenticator.toUpperCase() === 'OAUTH') {
    const isGood = typeof token === 'string' && auth.oauth.verify(token);
    return isGood ? undefined : new SqlError('390303', '08001', 'Invalid OAuth access token.');
  }
  const known = typeof name === 'string' && name.toUpperCase() === settings.user.toUpperCase();
  const right = typeof password === 'string' && sameSecret(password, settings.password);
  if (known && right) return undefined;
  return new SqlError('390100', '08001', 'Incorrect username or password was specified.');
}

/** The names and parameters a client asks for; names that do not exist are left out, as Snowflake does. */
function applyLogin(
  { settings, catalog }: EmulatorContext,
  session: Session,
  login: Login,
  query: (name: string) => string | undefined,
): void {
  const named = (name: string): string | null => {
    const value = query(name);
    return value ? canonicalName(value) : null;
  };
  const database = named('databaseName') ?? settings.database;
  if (catalog.database(database)) session.database = database;
  const schema = named('schemaName') ?? (database === settings.database ? settings.schema : 'PUBLIC');
  if (session.database !== null && catalog.schema(session.database, schema)) session.schema = schema;
  session.warehouse = named('warehouse') ?? settings.warehouse;
  session.role = named('roleName') ?? settings.role;
  session.client = { id: String(login.CLIENT_APP_ID ?? ''), version: String(login.CLIENT_APP_VERSION ?? '') };
  const parameters = (login.SESSION_PARAMETERS ?? {}) as Record<string, unknown>;
  for (const [name, value] of Object.entries(parameters)) session.parameters.set(name.toUpperCase(), value);
}

function loginData(session: Session): Readonly<Record<string, unknown>> {
  return {
    token: session.token,
    validityInSeconds: SESSION_SECONDS,
    masterToken: session.masterToken,
    masterValidityInSeconds: MASTER_SECONDS,
    displayUserName: session.user,
    serverVersion: '9.30.0',
    firstLogin: false,
    remMeToken: null,
    remMeValidityInSeconds: 0,
    healthCheckInterval: 45,
    newClientForUpgrade: null,
    sessionId: session.id,
    parameters: session.parameters.list(),
    sessionInfo: {
      databaseName: session.database,
      schemaName: session.schema,
      warehouseName: session.warehouse,
      roleName: session.role,
    },
    idToken: null,
    idTokenValidityInSeconds: 0,
    responseData: null,
    mfaToken: null,
    mfaTokenValidityInSeconds: 0,
  };
}
