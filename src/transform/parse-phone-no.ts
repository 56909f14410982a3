import { createHash } from 'node:crypto';
import { SnowstreamError } from '../errors.ts';
import { phoneLibrarySource } from './phone-library.ts';

/** What `parse_phone_no` answers for anything that is not a phone number, NULL included. */
export const UNPARSABLE_PHONE = '0000000000';

/** Snowflake takes statements of up to 1 MB. */
export const STATEMENT_LIMIT_BYTES = 1_000_000;

/**
 * The statement that creates the notebook's `parse_phone_no(phone VARCHAR) RETURNS VARCHAR`: the national
 * number, read as dialled in the United States, as digits; `0000000000` where there is none.
 *
 * @param functionName the function's name, qualified and quoted by the caller.
 * @throws SnowstreamError `SNOWFLAKE_SQL` when the statement is larger than Snowflake takes.
 *
 * @example
 * await session.execute(createParsePhoneNo('"SHOP"."PUBLIC"."PARSE_PHONE_NO"'));
 */
export function createParsePhoneNo(functionName: string): string {
  // AS $$ … $$ takes backslashes as they are, so the source needs no escaping.
  return withinLimit(
    `CREATE OR REPLACE FUNCTION ${functionName}(phone VARCHAR) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS $$\n${parsePhoneNoBody()}\n$$`,
  );
}

/**
 * Passes a statement on if Snowflake would take it.
 *
 * @throws SnowstreamError `SNOWFLAKE_SQL` when it is larger than 1,000,000 bytes in UTF-8.
 */
export function withinLimit(statement: string): string {
  const bytes = Buffer.byteLength(statement);
  if (bytes > STATEMENT_LIMIT_BYTES) {
    throw new SnowstreamError(
      'SNOWFLAKE_SQL',
      `parse_phone_no takes ${bytes} bytes of SQL, more than the ${STATEMENT_LIMIT_BYTES} that Snowflake accepts`,
    );
  }
  return statement;
}

/**
 * The JavaScript of `parse_phone_no`, as the body of a function with the parameter PHONE. The library is set up
 * by the first call in an environment and kept behind a global, since Snowflake runs the body for every row:
 * https://docs.snowflake.com/en/developer-guide/udf/javascript/udf-javascript-limitations
 */
export function parsePhoneNoBody(): string {
  const source = `${phoneLibrarySource()}\n${PARSER}`;
  // Named by content: an environment that ran an older version of the function must not answer for this one.
  const slot = `parsePhoneNo_${createHash('sha256').update(source).digest('hex').slice(0, 12)}`;
  return `var shared = typeof globalThis === 'object' ? globalThis : (function () { return this; })();
if (shared.${slot} === undefined) {
  shared.${slot} = (function (global) {
var exports = {}, module = { exports: exports };
${source}
  })(shared);
}
return shared.${slot}(PHONE);`;
}

// Python's phonenumbers and the JavaScript library are ports of one original and differ in a few places, made
// equal here (docs/transform.md). Setting up stays outside the try: a broken set-up must fail, not answer.
const PARSER = String.raw`
var PhoneNumberUtil = module.exports.PhoneNumberUtil;
var util = PhoneNumberUtil.getInstance();
// A trailing letter of any script spoils a number, as in Python; the library sees only Latin letters.
PhoneNumberUtil.UNWANTED_END_CHAR_PATTERN_ = /[^\p{L}\p{N}#]+$/u;
// A number with letters for digits (1-800-FLOWERS) keeps its ASCII digits only, as in Python.
Object.keys(PhoneNumberUtil.ALL_NORMALIZATION_MAPPINGS_).forEach(function (character) {
  if (character > '\x7f') delete PhoneNumberUtil.ALL_NORMALIZATION_MAPPINGS_[character];
});
// A national number has up to 17 digits, more than a JavaScript number holds: take them before the conversion.
var digits;
PhoneNumberUtil.setItalianLeadingZerosForPhoneNumber_ = function (nationalNumber) { digits = nationalNumber; };
// The library knows the digits of three scripts, Python all: write every other digit as a full-width one.
function fullWidthDigit(character) {
  var point = character.codePointAt(0), zero = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String.fromCharCode(0xff10 + ((point - zero) % 10));
}
// Python counts a character outside the BMP as one towards the 250 that it reads.
function oneUnit(character) {
  return /[\p{L}\p{N}]/u.test(character) ? '\u00e9' : '\ufffc';
}
function portable(text) {
  return text.replace(/(?![0-9])\p{Nd}/gu, fullWidthDigit).replace(/[^\0-\uffff]/gu, oneUnit);
}
return function (phone) {
  try {
    util.parse(/[^\0-\x7f]/.test(phone) ? portable(phone) : phone, 'US');
    return digits.replace(/^0+(?=[0-9])/, '');
  } catch (error) {
    return '${UNPARSABLE_PHONE}';
  }
};`;
