import type { Setting } from '../../src/config/schema.ts';

/** The table of all settings as docs/configuration.md has it. */
export function settingsTable(settings: readonly Setting[]): string {
  const rows = settings.map(({ env, flag, value, filePath, fallback, secret, about }) =>
    [
      `\`${env}\`${secret ? ' (secret)' : ''}`,
      `\`${flag} ${value.replaceAll('|', '\\|')}\``,
      filePath === undefined ? '' : `\`${filePath}\``,
      fallback === undefined
        ? ''
        : `\`${typeof fallback === 'boolean' ? (fallback ? 'on' : 'off') : fallback}\``,
      about,
    ].join(' | '),
  );
  return [
    '| in `.env` and the environment | flag | in the config file | default | what it is |',
    '|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n');
}
