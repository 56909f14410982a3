import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  createParsePhoneNo,
  parsePhoneNoBody,
  STATEMENT_LIMIT_BYTES,
  UNPARSABLE_PHONE,
  withinLimit,
} from '../../src/transform/parse-phone-no.ts';
import { madeBy, samples } from './phone-sample.ts';
import { udfEnvironment } from './udf-environment.ts';

const equal = samples.filter(({ differsBy }) => differsBy === '');
const different = samples.filter(({ differsBy }) => differsBy !== '');

describe('parse_phone_no against Python', () => {
  const parse = udfEnvironment().compile(parsePhoneNoBody());

  it('has a sample of all shapes from the release with the same metadata', () => {
    expect(madeBy).toContain('phonenumbers 9.0.40,');
    expect(samples.length).toBeGreaterThan(6000);
    expect(new Set(samples.map(({ shape }) => shape)).size).toBe(14);
  });

  it('answers as Python does on every number that is not marked', () => {
    const wrong = equal.map((sample) => ({ ...sample, ours: parse(sample.phone) }));
    expect(wrong.filter(({ ours, python }) => ours !== python)).toEqual([]);
  });

  it('refuses the marked numbers, which Python reads by folding case', () => {
    expect(different).toHaveLength(22);
    for (const { phone, python, differsBy } of different) {
      expect(differsBy).toBe('case folding');
      expect(python).not.toBe(UNPARSABLE_PHONE);
      expect(parse(phone)).toBe(UNPARSABLE_PHONE);
    }
  });

  it('answers SQL NULL, which comes as undefined, as Python answers None', () => {
    expect(parse(undefined)).toBe(UNPARSABLE_PHONE);
    expect(parse(null)).toBe(UNPARSABLE_PHONE);
  });

  it('reads the shapes of the notebook', () => {
    expect(parse('001-399-445-1778x8552')).toBe('13994451778');
    expect(parse('870.294.7563x20939')).toBe('8702947563');
    expect(parse('9062423229')).toBe('9062423229');
    expect(parse('+39 02 1234567')).toBe('21234567');
    // More digits than a JavaScript number holds.
    expect(parse('+49 99999999999999999')).toBe('99999999999999999');
  });
});

describe('the body in an environment that keeps its globals', () => {
  it('sets the library up once, behind one global', () => {
    const environment = udfEnvironment();
    const counted = parsePhoneNoBody().replace(
      'var exports = {}',
      'global.setUps = (global.setUps || 0) + 1; var exports = {}',
    );
    expect(counted).not.toBe(parsePhoneNoBody());
    const parse = environment.compile(counted);
    const setUps = environment.compile('return globalThis.setUps;');
    expect(setUps(null)).toBeUndefined();
    for (const phone of ['2125550123', 'nonsense', null]) parse(phone);
    expect(setUps(null)).toBe(1);
    // Another statement's copy of the same function finds what the first left.
    expect(environment.compile(counted)('2125550124')).toBe('2125550124');
    expect(setUps(null)).toBe(1);
    expect(environment.globals()).toEqual(['setUps', expect.stringMatching(/^parsePhoneNo_[0-9a-f]{12}$/)]);
  });

  it('does not answer when its set-up fails', () => {
    const broken = parsePhoneNoBody().replace(
      'var util = PhoneNumberUtil.getInstance()',
      'var util = PhoneNumberUtil.getNothing()',
    );
    expect(() => udfEnvironment().compile(broken)('2125550123')).toThrow(/getNothing/);
  });

  it('runs without globalThis, which older engines lack', () => {
    const old = udfEnvironment();
    old.compile('delete globalThis.globalThis;')(null);
    expect(old.compile('return typeof globalThis;')(null)).toBe('undefined');
    const parse = old.compile(parsePhoneNoBody());
    expect(parse('212-555-0123')).toBe('2125550123');
    expect(old.globals()).toHaveLength(1);
  });
});

describe('the statement', () => {
  const statement = createParsePhoneNo('"D"."S"."PARSE_PHONE_NO"');

  it('creates a function of one VARCHAR, with nothing in its body that ends the body', () => {
    const [head, body, tail, ...more] = statement.split('$$');
    expect(head).toBe(
      'CREATE OR REPLACE FUNCTION "D"."S"."PARSE_PHONE_NO"(phone VARCHAR) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS ',
    );
    expect(body).toBe(`\n${parsePhoneNoBody()}\n`);
    expect([tail, ...more]).toEqual(['']);
  });

  it('is within what Snowflake takes, plain and compressed', () => {
    expect(Buffer.byteLength(statement)).toBeLessThan(350_000);
    expect(gzipSync(statement).length).toBeLessThan(100_000);
  });

  it('is refused above 1,000,000 bytes, counted in UTF-8', () => {
    const fits = 'é'.repeat(STATEMENT_LIMIT_BYTES / 2);
    expect(withinLimit(fits)).toBe(fits);
    expect(() => withinLimit(`${fits}x`)).toThrow(
      expect.objectContaining({ code: 'SNOWFLAKE_SQL', message: expect.stringContaining('1000001 bytes') }),
    );
  });
});
