const LINE_END = Buffer.from('\r\n');
/** A chunk's head is a length and a signature, a trailer a checksum; neither is anywhere near this long. */
const MAX_LINE = 8192;

/**
 * Takes the framing off a body with `Content-Encoding: aws-chunked`: `hex length;chunk-signature=…`, the bytes,
 * and after an empty chunk the trailers
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html). It holds one piece of the
 * body at a time.
 */
export class AwsChunkedBody implements AsyncIterable<Buffer> {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);
  /** What came after the data, by lower-case name; complete once the data has been read. */
  readonly trailers = new Map<string, string>();

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#pieces = body[Symbol.asyncIterator]();
  }

  /** The data. @throws RangeError when the framing is wrong or ends too early. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      const head = await this.#line();
      const length = /^([0-9a-f]{1,8})(;.*)?$/i.exec(head)?.[1];
      if (length === undefined) throw new RangeError('The length of a chunk is not readable.');
      let left = Number.parseInt(length, 16);
      if (left === 0) break;
      while (left > 0) {
        if (this.#rest.length === 0) await this.#more();
        const piece = this.#rest.subarray(0, left);
        this.#rest = this.#rest.subarray(piece.length);
        left -= piece.length;
        yield piece;
      }
      if ((await this.#line()) !== '') throw new RangeError('A chunk is longer than it says.');
    }
    for (let line = await this.#line(); line !== ''; line = await this.#line()) {
      const colon = line.indexOf(':');
      if (colon < 1) throw new RangeError('A trailer is not readable.');
      this.trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf(LINE_END);
      if (end >= 0) {
        const line = this.#rest.toString('latin1', 0, end);
        this.#rest = this.#rest.subarray(end + LINE_END.length);
        return line;
      }
      if (this.#rest.length > MAX_LINE) throw new RangeError('A line of the framing has no end.');
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const { value, done } = await this.#pieces.next();
    if (done) throw new RangeError('The body ends too early.');
    const piece = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
  }
}
