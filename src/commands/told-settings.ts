import { loadSettings } from '../config/load.ts';
import type { Settings, SqlSettings } from '../config/settings.ts';
import { createLog, type Logger } from '../log.ts';

/**
 * What every command begins with: settings, a log after their wish, and in it what they give a warning about.
 *
 * @throws SnowstreamError as `loadSettings`.
 */
export function toldSettings(flags: Readonly<Record<string, unknown>>): {
  readonly settings: Settings;
  readonly log: Logger;
} {
  const settings = loadSettings({ flags });
  return { settings, log: logOf(settings) };
}

/**
 * The same for a command that streams nothing, for which a login for SQL is enough.
 *
 * @throws SnowstreamError as `loadSettings`.
 */
export function toldSqlSettings(flags: Readonly<Record<string, unknown>>): {
  readonly settings: SqlSettings;
  readonly log: Logger;
} {
  const settings = loadSettings({ flags, sqlOnly: true });
  return { settings, log: logOf(settings) };
}

/** The log of settings, with their warnings in it. */
export function logOf({ logLevel: level, logFormat: format, warnings }: SqlSettings): Logger {
  const log = createLog({ level, format });
  for (const warning of warnings) log.warn(warning);
  return log;
}
