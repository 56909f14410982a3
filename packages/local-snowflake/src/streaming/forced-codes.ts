import type { Faults } from '../faults/faults.ts';
import { isMeant } from '../faults/target.ts';
import { CODE, isStatusCode, type StatusCode } from '../protocol/codes.ts';
import type { ChannelRequest, ChunkRequest } from './requests.ts';

/** Codes that are about the chunk, which the client repeats as a whole. */
const WHOLE_CHUNK: readonly StatusCode[] = [CODE.QUEUE_FULL, CODE.TRY_AGAIN, CODE.DEPLOYMENT_CHANGED];

/** The codes that a fault on demand gives to the channels of a chunk instead of loading it. */
export function forcedChunkCodes(faults: Faults, chunk: ChunkRequest): StatusCode[] | undefined {
  const { database, schema, table } = chunk;
  const targets = chunk.channels.map(({ channel }) => ({ database, schema, table, channel }));
  const rule = faults.draw('register', 'channel', targets).at(-1);
  if (rule?.kind !== 'code' || !isStatusCode(rule.code)) return undefined;
  const { code } = rule;
  return targets.map((target) =>
    WHOLE_CHUNK.includes(code) || isMeant(rule, target) ? code : CODE.NEIGHBOUR_HAS_ISSUE,
  );
}

/** The code that a fault on demand gives to a channel in a status answer. */
export function forcedStatusCode(faults: Faults, request: ChannelRequest): StatusCode | undefined {
  const rule = faults.draw('status', 'channel', [request]).at(-1);
  return rule?.kind === 'code' && isStatusCode(rule.code) ? rule.code : undefined;
}
