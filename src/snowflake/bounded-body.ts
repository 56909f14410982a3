/**
 * The body of an answer as text, decompressed up to this many bytes: a small gzip body may hold a very large text.
 *
 * @throws RangeError when there are more; the rest is not read.
 */
export async function boundedText(response: Response, maxBytes: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > maxBytes) throw new RangeError(`it answers with more than ${maxBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
