import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../src/config/schema.ts';
import { rsaForms } from './keys.ts';
import { settingsTable } from './reference.ts';
import { failure, load, workspace } from './workspace.ts';

const example = readFileSync('.env.example', 'utf8');
const page = readFileSync('docs/configuration.md', 'utf8');
const NAMES = SETTINGS.map(({ env }) => env);

describe('the settings', () => {
  it('have one name in each source', () => {
    for (const names of [
      NAMES,
      SETTINGS.map(({ flag }) => flag),
      SETTINGS.map(({ filePath, env }) => filePath ?? env),
    ]) {
      expect(new Set(names).size).toBe(names.length);
    }
    const names = SETTINGS.map(({ env, flag, filePath }) => `${env} ${flag} ${filePath}`);
    expect(names).toContain('MYSQL_HOST --mysql-host mysql.host');
    expect(names).toContain('SNOWFLAKE_OAUTH_CLIENT_ID --snowflake-oauth-client-id snowflake.oauthClientId');
    expect(names).toContain('SNOWSTREAM_BATCH_ROWS --batch-rows batchRows');
    expect(names).toContain('SNOWSTREAM_TABLES --table tables');
    expect(names).toContain('SNOWSTREAM_CONFIG --config undefined');
  });

  it.each(SETTINGS.filter(({ fallback }) => fallback !== undefined))(
    'have fallbacks that their own field takes unchanged: $key',
    ({ field, fallback }) => {
      expect(field.parse(fallback)).toBe(fallback);
    },
  );

  it('stand in .env.example, each once and in order, with values that would do', () => {
    const lines = [...example.matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=(.*)$/gmu)];
    expect(lines.map(([, name]) => name)).toEqual(NAMES);
    const values = parse(lines.map(([, name, value]) => `${name}=${value}`).join('\n'));
    for (const { env, field, fallback, about } of SETTINGS) {
      if (values[env]) expect(field.safeParse(values[env]), env).toMatchObject({ success: true });
      if (fallback !== undefined) expect(field.parse(values[env]), env).toBe(fallback);
      expect(example).toContain(`\n# ${about}\n`);
    }
  });

  it('stand in docs/configuration.md, each in its row', () => {
    expect(page).toContain(`<!-- settings -->\n${settingsTable(SETTINGS)}\n<!-- /settings -->`);
  });
});

describe('.env.example', () => {
  it('is enough when copied, but for the key', () => {
    using at = workspace({ '.env': example });
    expect(failure(at).message).toBe(
      'SNOWFLAKE_PRIVATE_KEY_PATH in .env: ~/.snowflake/rsa_key.p8 cannot be read: no such file',
    );
    at.write('~/.snowflake/rsa_key.p8', rsaForms().pem);
    expect(load(at)).toMatchObject({
      mysql: { host: '127.0.0.1', user: 'reader', database: 'shop' },
      tables: [{ source: 'people_100k', target: { table: 'sf_customer_raw' } }],
    });
  });
});

describe('the config file in docs/configuration.md', () => {
  it('is in order', () => {
    const [, json = ''] = /```json\n([^`]+)```/u.exec(page) ?? [];
    using at = workspace({ 'snowstream.json': json, '~/.snowflake/rsa_key.p8': rsaForms().pem });
    expect(load(at).tables).toHaveLength(2);
    expect(load(at, { flags: { table: 'people_100k' } }).tables).toMatchObject([
      { channel: 'DWLOAD_CHANNEL', columns: [{ source: 'USER_ID', target: 'customer_id' }, {}, {}, {}] },
    ]);
  });
});
