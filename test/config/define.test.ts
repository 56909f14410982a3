import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defineSettings, loadSettings } from '../../src/config/load.ts';
import { redact } from '../../src/config/secrets.ts';
import { SnowstreamError } from '../../src/errors.ts';
import { rsaForms } from './keys.ts';
import { workspace } from './workspace.ts';

const key = rsaForms();
const definition = {
  mysql: { host: 'localhost', user: 'reader', password: 'a password', database: 'shop' },
  snowflake: { account: 'org-acct', user: 'LOADER', privateKey: key.pem, database: 'DB', schema: 'RAW' },
  tables: [
    'people',
    {
      source: 'orders',
      target: { table: 'ALL_ORDERS' },
      key: ['shop', 'number'],
      columns: { ID: 'order_id', AT: 'ordered_at' },
      policies: { zeroDates: 'epoch', columns: { AT: { zeroDates: 'reject' } } },
    },
  ],
  create: true,
  retries: 2,
} as const;

describe('settings that a program defines', () => {
  it('are those of a config file with the same content', () => {
    const { cwd, home } = workspace();
    writeFileSync(join(cwd, 'snowstream.json'), JSON.stringify(definition), { mode: 0o600 });
    const { origins: _, ...fromFile } = loadSettings({ cwd, home, env: {} });
    const { origins, ...defined } = defineSettings(definition, { cwd });
    expect({ ...defined, javaLogFile: '' }).toEqual({ ...fromFile, javaLogFile: '' });
    expect(defined).toMatchObject({ retries: 2, batchRows: 2500, targets: { create: 'on' } });
    expect(origins.get('mysqlHost')).toBe('mysql.host in the settings');
    expect(origins.get('batchRows')).toBe('default');
  });

  it('come from nowhere else', () => {
    const { cwd } = workspace();
    for (const name of ['.env', 'snowstream.json'])
      writeFileSync(join(cwd, name), 'nothing that can be read');
    const before = { ...process.env };
    Object.assign(process.env, {
      MYSQL_HOST: 'elsewhere',
      SNOWSTREAM_RETRIES: 'many',
      SNOWFLAKE_ROLE: 'OTHER',
    });
    try {
      const settings = defineSettings(definition, { cwd });
      expect(settings).toMatchObject({ mysql: { host: 'localhost' }, retries: 2 });
      expect(settings.snowflake.role).toBeUndefined();
    } finally {
      process.env = before;
    }
  });

  it('may have gaps, and need no login where a local Snowflake gives one', () => {
    const { snowflake, ...rest } = definition;
    const settings = defineSettings({ ...rest, rejects: undefined }, { local: true });
    expect(settings.rejects).toBeUndefined();
    expect(settings.snowflake).toMatchObject({ database: 'SNOWPIPE_STREAMING', schema: 'DEV' });
    const { privateKey: _, ...login } = snowflake;
    const sql = defineSettings({ ...rest, snowflake: { ...login, password: 'enough' } }, { sqlOnly: true });
    expect(sql.snowflake.sql).toMatchObject({ authenticator: 'PASSWORD' });
  });

  it('are refused with all that is wrong, by the names that the program wrote', () => {
    const wrong = {
      ...definition,
      mysql: { host: 'localhost', pasword: 'x' },
      batchRows: 0,
    };
    let error: unknown;
    try {
      defineSettings(wrong as never);
    } catch (thrown) {
      error = thrown;
    }
    if (!(error instanceof SnowstreamError)) throw new Error('the settings were accepted');
    expect(error.code).toBe('CONFIG_INVALID');
    const lines = (error.detail ?? '').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^mysql\.pasword in the settings is not a setting: did you mean mysql\.password\?$/,
        ),
        expect.stringMatching(/^batchRows in the settings .*must be a whole number from 1 to 1000000/),
        'mysql.user is missing in the settings',
      ]),
    );
    expect(error.detail).not.toContain('looked for');
  });

  it('do not get their secrets into messages', () => {
    defineSettings(definition);
    expect(redact('with a password')).not.toContain('a password');
  });
});
