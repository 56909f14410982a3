import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { parsePhoneNoBody } from '../../src/transform/parse-phone-no.ts';
import { phoneLibrarySource } from '../../src/transform/phone-library.ts';
import { udfEnvironment } from './udf-environment.ts';

const build = readFileSync(createRequire(import.meta.url).resolve('google-libphonenumber'), 'utf8');

it('parses with the tables cut down as with the whole tables', () => {
  const slim = parsePhoneNoBody();
  const whole = slim.replace(phoneLibrarySource(), () => build);
  expect(whole.length - slim.length).toBeGreaterThan(250_000);
  const [cut, full] = [slim, whole].map((body) => udfEnvironment().compile(body));
  // Country codes and national parts of every length, so that every region's tables are read.
  for (let code = 1; code < 1000; code += 1) {
    for (const national of ['0', '12', '3456', '0567890', '812345678', '91234567890', '0123456789012']) {
      for (const prefix of ['+', '011', '']) {
        const phone = `${prefix}${code}${national}`;
        expect(`${phone} ${cut?.(phone)}`).toBe(`${phone} ${full?.(phone)}`);
      }
    }
  }
});

it('holds no $$, though the build does', () => {
  expect(build).toContain('$$');
  expect(phoneLibrarySource()).not.toContain('$$');
});
