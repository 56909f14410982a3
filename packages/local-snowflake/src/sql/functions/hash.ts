import { binary, text } from '../../catalog/data-type.ts';
import { comparisonKey } from '../bind/comparison.ts';
import { typed, whole } from '../bind/typed.ts';
import { unsupported } from '../error.ts';
import type { BoundCall, FunctionBuilder } from './bound-call.ts';

/** What is hashed: the bytes of a binary, the UTF-8 of anything else. */
function bytes(call: BoundCall): string {
  return call.value(0).type.kind === 'BINARY' ? call.value(0).sql : `encode(${call.text(0)})`;
}

/** SHA-2 of 256 bits, or 224, 384 and 512 through the JavaScript side. */
function sha2(call: BoundCall): string {
  call.arity(1, 2);
  const bits = call.count > 1 ? call.constant(1) : '256';
  if (bits === '256' || bits === '0') return `sha256(${bytes(call)})`;
  if (!['224', '384', '512'].includes(bits)) throw unsupported(`SHA2 of ${bits} bits`);
  return `sf_hash('sha${bits}', hex(${bytes(call)}))`;
}

const hex =
  (digest: (call: BoundCall) => string, length: number): FunctionBuilder =>
  (call) =>
    call.result(digest(call), text(length));

const raw =
  (digest: (call: BoundCall) => string, length: number): FunctionBuilder =>
  (call) =>
    call.result(`unhex(${digest(call)})`, binary(length));

const md5 = (call: BoundCall): string => {
  call.arity(1);
  return `md5(${bytes(call)})`;
};
const sha1 = (call: BoundCall): string => {
  call.arity(1);
  return `sha1(${bytes(call)})`;
};

/** One half of an MD5 as an unsigned 64-bit number. */
const half =
  (slice: string): FunctionBuilder =>
  (call) =>
    whole(`CAST('0x' || md5(${bytes(call)})[${slice}] AS UBIGINT)`, call.nullable(), 20);

/** Digests and encodings. */
export const HASH_FUNCTIONS: Readonly<Record<string, FunctionBuilder>> = {
  MD5: hex(md5, 32),
  MD5_HEX: hex(md5, 32),
  MD5_BINARY: raw(md5, 16),
  MD5_NUMBER_LOWER64: half('17:32'),
  MD5_NUMBER_UPPER64: half('1:16'),
  SHA1: hex(sha1, 40),
  SHA1_HEX: hex(sha1, 40),
  SHA1_BINARY: raw(sha1, 20),
  SHA2: hex(sha2, 128),
  SHA2_HEX: hex(sha2, 128),
  SHA2_BINARY: raw(sha2, 64),
  // Deterministic as Snowflake's is, but not the same numbers.
  HASH: (call) => {
    const keys = call.expanded.map(comparisonKey).join(', ');
    return typed(
      `CAST(hash(${keys})::HUGEINT - 9223372036854775808 AS DECIMAL(19,0))`,
      { kind: 'FIXED', precision: 19, scale: 0 },
      false,
    );
  },
  HEX_ENCODE: (call) => {
    call.arity(1, 2);
    const upper = `hex(${bytes(call)})`;
    return call.result(call.count > 1 && call.constant(1) === '0' ? `lower(${upper})` : upper, text());
  },
  HEX_DECODE_STRING: (call) => call.result(`decode(unhex(${call.text(0)}))`, text()),
  HEX_DECODE_BINARY: (call) => call.result(`unhex(${call.text(0)})`, binary()),
  BASE64_ENCODE: (call) => call.result(`base64(${bytes(call)})`, text(), call.nullable(0)),
  BASE64_DECODE_STRING: (call) =>
    call.result(`decode(from_base64(${call.text(0)}))`, text(), call.nullable(0)),
  BASE64_DECODE_BINARY: (call) => call.result(`from_base64(${call.text(0)})`, binary(), call.nullable(0)),
};
