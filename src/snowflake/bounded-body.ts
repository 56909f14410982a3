/**
 * The body of an answer as text, unpacked up to so many bytes: little of gzip is much of text.
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
