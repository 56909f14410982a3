/** A batch for `snowstream.bridge.BatchStream`. */
export interface BatchRequest {
  /** Encoded from cells; raw, as MySQL sent it; or the rows of the last raw batch that Java sent back. */
  readonly kind: keyof typeof KINDS;
  readonly cells: readonly Buffer[];
  readonly offsetToken: string;
  /** Cells of each row after those of the columns. */
  readonly trailingCells?: number;
  /** Indexes in the batch of the rows that Java sent back. */
  readonly rowIndexes?: readonly number[];
  /** Indexes of rows that are not inserted. */
  readonly excludedRows?: readonly number[];
}

/** The result of a batch. */
export type BatchAnswer =
  /** The rejected rows, as `snowstream.bridge.Rejects` writes them. */
  | { readonly outcome: 'done'; readonly rejects: readonly string[] }
  | { readonly outcome: 'failed'; readonly message: string; readonly trace: string };

/** The same numbers as in `snowstream.bridge.BatchStream`. */
const KINDS = { written: 0, sent: 1, rest: 2 };
const DONE = 0;

/** Bytes of a number: a Java int. */
export const INT = 4;

/** The pieces of a request, in order; the cells are not copied. */
export function requestFrame({
  kind,
  cells,
  offsetToken,
  trailingCells = 0,
  rowIndexes = [],
  excludedRows = [],
}: BatchRequest): Buffer[] {
  const token = Buffer.from(offsetToken);
  const bytes = cells.reduce((sum, { length }) => sum + length, 0);
  return [
    ints(KINDS[kind], trailingCells, token.length),
    token,
    ints(rowIndexes.length, ...rowIndexes, excludedRows.length, ...excludedRows, bytes),
    ...cells,
  ];
}

/** Reads an answer, without its length. */
export function answerOf(frame: Buffer): BatchAnswer {
  const texts = textsOf(frame.subarray(INT));
  if (frame.readInt32BE() === DONE) return { outcome: 'done', rejects: texts };
  const [message = '', trace = ''] = texts;
  return { outcome: 'failed', message, trace };
}

function ints(...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * INT);
  for (const [place, value] of values.entries()) bytes.writeInt32BE(value, place * INT);
  return bytes;
}

/** Texts in UTF-8, each after its length. */
function textsOf(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + INT + bytes.readInt32BE(at);
    texts.push(bytes.toString('utf8', at + INT, end));
    at = end;
  }
  return texts;
}
