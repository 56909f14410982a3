import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { crc32 } from 'node:zlib';
import { AwsChunkedBody } from './aws-chunked.ts';
import { S3Error } from './s3-error.ts';

/** A checksum that grows with the data, in base64 at the end. */
interface Checksum {
  update(data: Buffer): void;
  digest(): string;
}

/** The checksums that can be verified without a library; others that clients may send are taken on trust. */
const CHECKSUMS: Readonly<Record<string, () => Checksum>> = {
  'x-amz-checksum-crc32': crc32Checksum,
  'x-amz-checksum-sha1': () => hashed('sha1'),
  'x-amz-checksum-sha256': () => hashed('sha256'),
};

/**
 * The data of an upload, unframed where it is aws-chunked, and checked at the end against every length and
 * checksum that came with it.
 */
export class UploadBody implements AsyncIterable<Buffer> {
  readonly #request: IncomingMessage;
  readonly #md5 = createHash('md5');
  #etag = '';

  constructor(request: IncomingMessage) {
    this.#request = request;
  }

  /** Hex MD5 of the data, once they have been read. */
  get etag(): string {
    return this.#etag;
  }

  /** @throws S3Error when the data are not what the headers say. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const { headers } = this.#request;
    const framed = isFramed(this.#request) ? new AwsChunkedBody(this.#request) : undefined;
    const announced = String(headers['x-amz-trailer'] ?? '').toLowerCase();
    const checks = Object.entries(CHECKSUMS).flatMap(([name, make]) =>
      headers[name] !== undefined || announced === name ? [{ name, checksum: make() }] : [],
    );
    let length = 0;
    try {
      for await (const piece of framed ?? (this.#request as AsyncIterable<Buffer>)) {
        length += piece.length;
        this.#md5.update(piece);
        for (const { checksum } of checks) checksum.update(piece);
        yield piece;
      }
    } catch (cause) {
      if (cause instanceof RangeError || this.#request.destroyed) {
        throw new S3Error(400, 'IncompleteBody', String(cause), { cause });
      }
      throw cause;
    }
    const digest = this.#md5.digest();
    this.#etag = digest.toString('hex');
    const promised = headers[framed ? 'x-amz-decoded-content-length' : 'content-length'];
    if (promised !== undefined && Number(promised) !== length) throw new S3Error(400, 'IncompleteBody');
    expect('content-md5', headers['content-md5'], digest.toString('base64'));
    for (const { name, checksum } of checks) {
      expect(name, headers[name] ?? framed?.trailers.get(name), checksum.digest());
    }
  }
}

function isFramed({ headers }: IncomingMessage): boolean {
  const hash = String(headers['x-amz-content-sha256'] ?? '');
  return hash.startsWith('STREAMING-') || /\baws-chunked\b/.test(headers['content-encoding'] ?? '');
}

function expect(name: string, given: string | string[] | undefined, computed: string): void {
  if (given !== undefined && given !== computed) throw new S3Error(400, 'BadDigest', `${name} is another.`);
}

function hashed(algorithm: string): Checksum {
  const hash = createHash(algorithm);
  return { update: (data) => void hash.update(data), digest: () => hash.digest('base64') };
}

function crc32Checksum(): Checksum {
  let value = 0;
  return {
    update(data) {
      value = crc32(data, value);
    },
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes.toString('base64');
    },
  };
}
