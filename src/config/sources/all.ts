import { join } from 'node:path';
import type { SettingKey } from '../schema.ts';
import { noHomeFor, resolvePath } from '../text-file.ts';
import { configFileSource } from './config-file.ts';
import { connectionSources } from './connections.ts';
import { dotenvSource, type Environment, environmentSource } from './environment.ts';
import { flagSource } from './flags.ts';
import { NOTEBOOK_FILE, notebookSource } from './notebook.ts';
import { broken, type Entry, type Source } from './source.ts';

/** The config file that is read when none is named. */
export const CONFIG_FILE = 'snowstream.json';

/** Where to look. */
export interface Places {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Environment;
  readonly cwd: string;
  readonly home: string | undefined;
  /** Connections of Snowflake's CLI are about real accounts, so a local Snowflake takes nothing from them. */
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
  const configPath = resolvePath(configName, cwd, home);
  const above = [
    ...strongest,
    configPath === undefined
      ? broken(noHomeFor('the config file', configName))
      : configFileSource(configPath, configName, named('config') !== undefined),
    notebookSource(join(cwd, NOTEBOOK_FILE)),
  ];
  const account = above
    .flatMap(({ entries }) => entries)
    .find(({ key }) => key === 'snowflakeAccount')?.value;
  const connection = {
    env,
    cwd,
    home,
    asked: named('snowflakeDefaultConnectionName'),
    account: typeof account === 'string' ? account : undefined,
    url: addressOfFolder(above, account),
  };
  return {
    sources: [...above, ...(local ? [] : connectionSources(connection))],
    dotenv: dotenv.variables,
    configName,
  };
}

/**
 * The address that a file of the current directory gives for the login, where no flag and no variable gives one.
 *
 * @param account of the strongest source that names one: the address beside another account is not used
 */
function addressOfFolder(sources: readonly Source[], account: unknown): Entry | undefined {
  const [flags, environment] = sources;
  const found = sources
    .map((source) => ({ source, of: (key: SettingKey) => source.entries.find((entry) => entry.key === key) }))
    .find(({ of }) => {
      const beside = of('snowflakeAccount')?.value ?? account;
      return of('snowflakeUrl') !== undefined && beside === account;
    });
  return found === undefined || found.source === flags || found.source === environment
    ? undefined
    : found.of('snowflakeUrl');
}
