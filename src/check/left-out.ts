import { SnowstreamError } from '../errors.ts';
import type { Keyset, KeyValue } from '../source/keyset.ts';
import type { Source } from '../source/source.ts';

/** Bytes of a statement that are not the list of keys. */
const REST_OF_STATEMENT = 1024 * 1024;

/**
 * The condition that leaves refused rows out on the source's side, as one list: 100,000 keys of 30 bytes are 3 MB.
 *
 * @returns `undefined` for no keys
 * @throws SnowstreamError CHECK_IMPOSSIBLE when the server would not take a list of that length.
 */
export async function leavingOut(
  source: Source,
  keyset: Keyset,
  keys: readonly KeyValue[],
): Promise<string | undefined> {
  if (keys.length === 0) return undefined;
  const condition = keyset.noneOf(keys);
  const [row] = await source.query('SELECT @@max_allowed_packet');
  const bytes = Buffer.byteLength(condition) + REST_OF_STATEMENT;
  if (bytes <= Number(row?.[0])) return condition;
  throw new SnowstreamError(
    'CHECK_IMPOSSIBLE',
    `${keys.length} refused rows are too many to leave out of one comparison: max_allowed_packet of the MySQL server is ${String(row?.[0])} bytes and has to be ${bytes}; nothing is proven`,
  );
}
