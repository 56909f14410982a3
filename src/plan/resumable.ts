import { loadOf } from '../checkpoint/channel-name.ts';
import { isNamedAfter, type LoadState, loadState } from '../checkpoint/load-state.ts';
import { foreignToken, unfinishedRestart } from '../checkpoint/position.ts';
import { SnowstreamError } from '../errors.ts';
import type { StoredChannel } from '../snowflake/channels.ts';
import { displayName } from '../snowflake/identifier.ts';
import { sourceName, type TablePlan } from './table-plan.ts';

/** Whose load is looked for. */
export type WantedLoad = Pick<TablePlan, 'table' | 'target' | 'load'>;

/** A load that can begin or resume. */
export type ResumableState = Extract<LoadState, { readonly kind: 'new' | 'begun' }>;

/**
 * Where a load is, if it can be resumed.
 *
 * @param stored the target's channels
 * @throws SnowstreamError OFFSET_TOKEN_INVALID when somebody restarts the target, when it holds rows of the same source
 * table by another channel, which would come twice, or when the load's key ranges are those of another table or key.
 */
export function resumableState(stored: readonly StoredChannel[], wanted: WantedLoad): ResumableState {
  const state = loadState(stored, wanted.load);
  if (state.kind === 'restarting') throw unfinishedRestart(displayName(wanted.target));
  if (state.kind === 'foreign') throw otherLoad(state.channel, wanted);
  if (state.kind === 'invalid') throw foreignToken(state.token);
  return state;
}

function otherLoad(other: string, { table, target, load }: WantedLoad): SnowstreamError {
  const how = load.ownNames.some((own) => isNamedAfter(own, other))
    ? 'without --channel a run resumes that load'
    : `--channel ${loadOf(other)} resumes that load`;
  return new SnowstreamError(
    'OFFSET_TOKEN_INVALID',
    `${displayName(target)} holds rows of ${sourceName({ table })} already, which channel ${other} has loaded, and channel ${load.channel} would load them a second time: ${how}; snowstream run --restart empties the target and loads the table from its first row`,
  );
}
