import { loadSettings } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
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

/** The log of settings, with their warnings in it. */
export function logOf({ logLevel: level, logFormat: format, warnings }: Settings): Logger {
  const log = createLog({ level, format });
  for (const warning of warnings) log.warn(warning);
  return log;
}
