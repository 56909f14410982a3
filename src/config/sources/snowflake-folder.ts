import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { resolvePath } from '../text-file.ts';
import type { Environment } from './environment.ts';

/**
 * The folder of `config.toml` and `connections.toml`, found as Snowflake's CLI and connectors find it: where
 * SNOWFLAKE_HOME says, else `~/.snowflake`, and where that is no folder, the one of this system for settings.
 * https://docs.snowflake.com/en/developer-guide/snowflake-cli/connecting/configure-cli
 *
 * @returns undefined where there is no home folder to look in
 */
export function snowflakeFolder(env: Environment, cwd: string, home: string | undefined): string | undefined {
  const folder = resolvePath(env.SNOWFLAKE_HOME || '~/.snowflake', cwd, home);
  return folder !== undefined && existsSync(folder) ? folder : systemFolder(env, home);
}

function systemFolder(env: Environment, home: string | undefined): string | undefined {
  if (process.platform === 'win32') return env.LOCALAPPDATA && join(env.LOCALAPPDATA, 'snowflake');
  if (process.platform === 'linux' && env.XDG_CONFIG_HOME) return join(env.XDG_CONFIG_HOME, 'snowflake');
  if (home === undefined) return undefined;
  const settings = process.platform === 'darwin' ? ['Library', 'Application Support'] : ['.config'];
  return join(home, ...settings, 'snowflake');
}
