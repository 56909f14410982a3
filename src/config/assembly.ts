import type { SettingKey, SettingValues } from './schema.ts';

/** What is wrong with the settings, as an error code. */
export type ConfigFault = 'CONFIG_INVALID' | 'CONFIG_MISSING' | 'KEY_UNREADABLE';

/** What the parts of the settings are put together from. */
export interface Assembly {
  /** The values that are in order. */
  readonly values: SettingValues;
  /** Every setting that was given, in order or not, with the place where. */
  readonly origins: ReadonlyMap<SettingKey, string>;
  /** Notes that a setting is missing. */
  readonly miss: (key: SettingKey) => undefined;
  /** Notes any other problem, a line. */
  readonly invalid: (problem: string, code?: ConfigFault) => undefined;
  /** Reads a file that a setting names; notes the problem when it cannot. */
  readonly readFile: (key: SettingKey, path: string) => string | undefined;
  /** Reads a file that a setting names and that holds a secret; notes the problem when it cannot. */
  readonly readSecretFile: (key: SettingKey, path: string, code?: ConfigFault) => string | undefined;
}
