import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { resolvePath } from '../text-file.ts';
import type { Environment } from './environment.ts';
import { NOTEBOOK_FILE } from './notebook.ts';
import { snowflakeFolder } from './snowflake-folder.ts';

/** What the places follow from. */
export interface SearchedPlaces {
  readonly env: Environment;
  readonly cwd: string;
  readonly home: string | undefined;
  readonly configName: string;
  readonly local: boolean;
}

/** One line with every place in which settings were looked for, and which of the files are not there. */
export function lookedIn({ env, cwd, home, configName, local }: SearchedPlaces): string {
  const folder = local ? undefined : snowflakeFolder(env, cwd, home);
  const files = [
    join(cwd, '.env'),
    resolvePath(configName, cwd, home) ?? configName,
    join(cwd, NOTEBOOK_FILE),
    ...(folder === undefined ? [] : [join(folder, 'connections.toml'), join(folder, 'config.toml')]),
  ].map((file) => (existsSync(file) ? file : `${file} (no such file)`));
  return `looked in: flags, the environment, ${files.join(', ')}`;
}
