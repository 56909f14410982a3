import { describe, expect, it } from 'vitest';
import { renderError } from '../../src/rendered-error.ts';
import { BAD_SETTINGS, dotenv, key, missing } from './bad-settings.ts';
import { failure, workspace } from './workspace.ts';

describe('bad settings', () => {
  it('are sixty at least', () => {
    expect(Object.keys(BAD_SETTINGS).length).toBeGreaterThanOrEqual(60);
  });

  it.each(Object.entries(BAD_SETTINGS))(
    'end in one line: %s',
    (_name, { env = {}, files = {}, line, code, ...rest }) => {
      const hasOwnDotenv = Object.keys(files).some((name) => name.startsWith('.env'));
      using at = workspace({ ...(hasOwnDotenv ? {} : { '.env': dotenv(env) }), ...files });
      const error = failure(at, {
        flags: rest.flags ?? {},
        env: rest.variables ?? {},
        ...(rest.local ? { local: true } : {}),
      });
      expect(error.message).toBe(line);
      expect(error.code).toBe(code ?? 'CONFIG_INVALID');
      expect(error.exitCode).toBe(2);
      // Nothing that a person may print of it holds a secret.
      const rendered = JSON.stringify(renderError(error)) + error.stack + error.detail;
      expect(rendered).not.toMatch(/canary/u);
      expect(rendered).not.toContain(key.base64.slice(40, 80));
    },
  );

  it('are in order without the fault, so that each case shows its own', () => {
    using at = workspace({ '.env': dotenv({}) });
    expect(() => failure(at)).toThrow('the settings loaded without an error');
  });

  it('are all in the detail, a line each', () => {
    using at = workspace({ '.env': dotenv({ MYSQL_PORT: 'x', SNOWSTREAM_GOLD: 'x', SNOWFLAKE_USER: null }) });
    const error = failure(at);
    expect(error.message).toBe(
      'MYSQL_PORT in .env must be a whole number from 1 to 65535, not "x" (and 2 more)',
    );
    expect(error.detail?.split('\n')).toEqual([
      'MYSQL_PORT in .env must be a whole number from 1 to 65535, not "x"',
      'SNOWSTREAM_GOLD in .env must be on or off, not "x"',
      missing('SNOWFLAKE_USER', '--snowflake-user', 'snowflake.user'),
    ]);
  });
});
