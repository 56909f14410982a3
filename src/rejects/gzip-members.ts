import { crc32, inflateRawSync } from 'node:zlib';

/** Header fields that may follow the first ten bytes, by their bit: https://www.rfc-editor.org/rfc/rfc1952 */
const FHCRC = 2;
const FEXTRA = 4;
const FNAME = 8;
const FCOMMENT = 16;

/** Bytes of checksum and length after a member. */
const TRAILER = 8;

/**
 * The contents of the complete members at the beginning of a gzip file. Each append writes one member, so an incomplete
 * one was cut short by a crash.
 *
 * @returns their concatenated contents, and the end of the last member
 */
export function wholeMembers(file: Buffer): { readonly content: Buffer; readonly end: number } {
  const contents: Buffer[] = [];
  let end = 0;
  while (end < file.length) {
    const member = memberAt(file, end);
    if (member === undefined) break;
    contents.push(member.content);
    end = member.end;
  }
  return { content: Buffer.concat(contents), end };
}

function memberAt(
  file: Buffer,
  start: number,
): { readonly content: Buffer; readonly end: number } | undefined {
  const data = dataStart(file, start);
  if (data === undefined) return undefined;
  try {
    const { buffer: content, engine } = inflateRawSync(file.subarray(data), { info: true }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    const trailer = data + engine.bytesWritten;
    if (trailer + TRAILER > file.length || file.readUInt32LE(trailer) !== crc32(content)) return undefined;
    return { content, end: trailer + TRAILER };
  } catch {
    return undefined;
  }
}

/** Where a member's compressed data begins, or `undefined` without a complete header. */
function dataStart(file: Buffer, start: number): number | undefined {
  if (start + 10 > file.length || file.readUInt32BE(start) >>> 8 !== 0x1f8b08) return undefined;
  const flags = file.readUInt8(start + 3);
  let at = start + 10;
  if (flags & FEXTRA) {
    if (at + 2 > file.length) return undefined;
    at += 2 + file.readUInt16LE(at);
  }
  for (const flag of [FNAME, FCOMMENT]) {
    if (!(flags & flag)) continue;
    const zero = file.indexOf(0, at);
    if (zero < 0) return undefined;
    at = zero + 1;
  }
  if (flags & FHCRC) at += 2;
  return at < file.length ? at : undefined;
}
