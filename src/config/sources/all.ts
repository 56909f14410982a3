import { join } from 'node:path';
import type { SettingKey } from '../schema.ts';
import { settingOf } from '../schema.ts';
import { resolvePath, shortPath } from '../text-file.ts';
import { configFileSource } from './config-file.ts';
import { connectionsSource } from './connections.ts';
import { dotenvSource, type Environment, environmentSource } from './environment.ts';
import { flagSource } from './flags.ts';
import { NOTEBOOK_FILE, notebookSource } from './notebook.ts';
import { NOTHING, type Source } from './source.ts';

/** The config file that is read when none is named. */
export const CONFIG_FILE = 'snowstream.json';

/** Where to look. */
export interface Places {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Environment;
  readonly cwd: string;
  readonly home: string;
  /** `connections.toml` is about real accounts, so a local Snowflake takes nothing from it. */
  readonly local: boolean;
}

/** Everything that was read. */
export interface Reading {
  /** The strongest first. */
  readonly sources: readonly Source[];
  /** The variables of `.env`. */
  readonly dotenv: Environment;
  /** What the config file is called. */
  readonly configName: string;
}

/** Reads every source of configuration there is. */
export function readSources({ flags, env, cwd, home, local }: Places): Reading {
  const dotenv = dotenvSource(join(cwd, '.env'));
  const strongest = [flagSource(flags), environmentSource(env, 'the environment'), dotenv.source];
  const named = (key: SettingKey): string | undefined => {
    const value = strongest.flatMap(({ entries }) => entries).find((entry) => entry.key === key)?.value;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const configName = named('config') ?? CONFIG_FILE;
  return {
    sources: [
      ...strongest,
      configFileSource(resolvePath(configName, cwd, home), configName, named('config') !== undefined),
      notebookSource(join(cwd, NOTEBOOK_FILE)),
      local ? NOTHING : connections(named('snowflakeDefaultConnectionName'), env, cwd, home),
    ],
    dotenv: dotenv.variables,
    configName,
  };
}

function connections(asked: string | undefined, env: Environment, cwd: string, home: string): Source {
  // SNOWFLAKE_HOME moves the folder for Snowflake's own connectors too.
  const path = join(env.SNOWFLAKE_HOME || join(home, '.snowflake'), 'connections.toml');
  const fallback = String(settingOf('snowflakeDefaultConnectionName').fallback);
  return connectionsSource(path, shortPath(path, cwd, home), asked ?? fallback, asked !== undefined);
}
