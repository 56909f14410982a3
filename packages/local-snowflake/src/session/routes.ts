import { Hono } from 'hono';
import { sameSecret } from '../auth/same-secret.ts';
import { canonicalName } from '../catalog/identifier.ts';
import type { EmulatorContext } from '../context.ts';
import { BODY_BYTES } from '../http/body-limit.ts';
import { failure, jsonBody, success } from '../http/envelope.ts';
import { SqlError } from '../sql/error.ts';
import { type LoginNames, MASTER_SECONDS, SESSION_SECONDS, type Session } from './session.ts';
import type { Sessions } from './sessions.ts';

type Login = Readonly<Record<string, unknown>>;

/** Sessions: login, token renewal, heartbeat, logout. */
export function sessionRoutes(context: EmulatorContext, sessions: Sessions): Hono {
  const app = new Hono();

  app.post('/session/v1/login-request', async (c) => {
    const login = ((await jsonBody(c, BODY_BYTES)).data ?? {}) as Login;
    const names = requestedNames(context, (name) => c.req.query(name));
    const problem = problemOfLogin(context, login) ?? problemOfNames(context, login, names);
    if (problem) return failure(c, problem);
    const { settings } = context;
    const session = sessions.open(settings.user, settings.role);
    session.client = {
      id: String(login.CLIENT_APP_ID ?? ''),
      version: String(login.CLIENT_APP_VERSION ?? ''),
    };
    session.begin(names, (login.SESSION_PARAMETERS ?? {}) as Record<string, unknown>, context.catalog);
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
function problemOfLogin({ settings, auth }: EmulatorContext, login: Login): SqlError | undefined {
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

function requestedNames(
  { settings }: EmulatorContext,
  query: (name: string) => string | undefined,
): LoginNames {
  const named = (parameter: string): string | null => {
    const value = query(parameter);
    return value ? nameOf(value) : null;
  };
  const database = named('databaseName') ?? settings.database;
  return {
    database,
    schema: named('schemaName') ?? (database === settings.database ? settings.schema : 'PUBLIC'),
    warehouse: named('warehouse') ?? settings.warehouse,
    role: named('roleName') ?? settings.role,
  };
}

/** A text that is not an identifier names nothing that exists. */
function nameOf(value: string): string {
  try {
    return canonicalName(value);
  } catch {
    return value;
  }
}

/**
 * A role that does not exist ends the login. Another name that does not exist ends it only when the client asks for
 * that (https://docs.snowflake.com/en/developer-guide/python-connector/python-connector-api, validate_default_parameters).
 */
function problemOfNames({ catalog }: EmulatorContext, login: Login, names: LoginNames): SqlError | undefined {
  const { database, schema, warehouse, role } = names;
  if (!catalog.roles.has(role)) {
    const message = `Role '${role}' specified in the connect string does not exist or not authorized. Contact your local system administrator, or attempt to login with another role, e.g. PUBLIC.`;
    return new SqlError('390189', '08001', message);
  }
  const parameters = (login.SESSION_PARAMETERS ?? {}) as Record<string, unknown>;
  if (String(parameters.CLIENT_VALIDATE_DEFAULT_PARAMETERS).toLowerCase() !== 'true') return undefined;
  const kind = !catalog.database(database)
    ? 'database'
    : !catalog.schema(database, schema)
      ? 'schema'
      : catalog.warehouses.has(warehouse)
        ? null
        : 'warehouse';
  return kind === null
    ? undefined
    : new SqlError('390201', '08004', `The requested ${kind} does not exist or not authorized.`);
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
