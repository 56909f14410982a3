import { type SettingKey, settingOf } from './schema.ts';
import { type Environment, lookalike } from './sources/environment.ts';

// Another setting that would do as well.
const INSTEAD: Partial<Record<SettingKey, SettingKey>> = {
  mysqlHost: 'mysqlUrl',
  mysqlUser: 'mysqlUrl',
  mysqlDatabase: 'mysqlUrl',
  snowflakePrivateKeyPath: 'snowflakePrivateKey',
};

// And one more for commands that stream nothing.
const INSTEAD_FOR_SQL: Partial<Record<SettingKey, SettingKey>> = {
  snowflakePrivateKeyPath: 'snowflakePassword',
};

/**
 * The line for a setting that no source has: each way to give it, and the variable that looks as if it had
 * been meant for it.
 *
 * @param sqlOnly the setting is for a command that streams nothing
 */
export function missingLine(
  key: SettingKey,
  env: Environment,
  dotenv: Environment,
  configName: string,
  sqlOnly = false,
): string {
  const { env: name, flag, filePath, secret } = settingOf(key);
  const instead = [INSTEAD[key], sqlOnly ? INSTEAD_FOR_SQL[key] : undefined]
    .filter((other) => other !== undefined)
    .map((other) => ` or ${settingOf(other).env}`);
  const ways = [`put it${instead.join('')} in .env`];
  // The process list would show a secret in a flag.
  if (!secret) ways.push(`pass ${flag}`);
  if (filePath !== undefined) ways.push(`set ${filePath} in ${configName}`);
  const list = ways.length > 2 ? `${ways.slice(0, -1).join(', ')}, or ${ways.at(-1)}` : ways.join(' or ');
  const inEnv = lookalike(name, env);
  const inDotenv = lookalike(name, dotenv);
  const near = inEnv === undefined ? inDotenv && `${inDotenv} in .env` : `${inEnv} in the environment`;
  return `${name} is not set: ${list}${near === undefined ? '' : ` (${near} is not a setting)`}`;
}
