/** A batch for `snowstream.bridge.BatchStream`. */
export interface BatchRequest {
  /** Written from cells; as MySQL sent it; or the rows that were left of the one that was sent last. */
  readonly kind: keyof typeof KINDS;
  readonly cells: readonly Buffer[];
  readonly offsetToken: string;
  /** Cells that each row has behind those of the columns. */
  readonly further?: number;
  /** Indexes in the batch of the rows that were left. */
  readonly places?: readonly number[];
  /** Indexes of rows that stay out. */
  readonly out?: readonly number[];
}

/** What became of a batch. */
export type BatchAnswer =
  /** What `snowstream.bridge.Refusals` says of the refused rows. */
  | { readonly became: 'done'; readonly refusals: readonly string[] }
  | { readonly became: 'failed'; readonly message: string; readonly trace: string };

/** `snowstream.bridge.BatchStream` knows these numbers, too. */
const KINDS = { written: 0, sent: 1, rest: 2 };
const DONE = 0;

/** Bytes of a number; all are Java's ints. */
export const INT = 4;

/** The pieces of a request, in order; the cells are not copied. */
export function requestFrame({
  kind,
  cells,
  offsetToken,
  further = 0,
  places = [],
  out = [],
}: BatchRequest): Buffer[] {
  const token = Buffer.from(offsetToken);
  const bytes = cells.reduce((sum, { length }) => sum + length, 0);
  return [
    ints(KINDS[kind], further, token.length),
    token,
    ints(places.length, ...places, out.length, ...out, bytes),
    ...cells,
  ];
}

/** What stands in an answer, behind its length. */
export function answerOf(frame: Buffer): BatchAnswer {
  const texts = textsOf(frame.subarray(INT));
  if (frame.readInt32BE() === DONE) return { became: 'done', refusals: texts };
  const [message = '', trace = ''] = texts;
  return { became: 'failed', message, trace };
}

function ints(...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * INT);
  for (const [place, value] of values.entries()) bytes.writeInt32BE(value, place * INT);
  return bytes;
}

/** Texts in UTF-8, each behind its length. */
function textsOf(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + INT + bytes.readInt32BE(at);
    texts.push(bytes.toString('utf8', at + INT, end));
    at = end;
  }
  return texts;
}
