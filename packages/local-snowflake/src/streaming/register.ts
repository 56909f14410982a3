import type { EmulatorContext } from '../context.ts';
import type { Faults } from '../faults/faults.ts';
import { logLine } from '../log.ts';
import { CODE, messageOf, type StatusCode, StatusError } from '../protocol/codes.ts';
import { displayChannel, displayTable } from '../protocol/names.ts';
import type { Stage } from '../stage/stage.ts';
import { paddedLength } from './blob.ts';
import { advanced, type ChannelState, judgeChunk } from './channel-state.ts';
import { ChannelStore } from './channel-store.ts';
import { type DiskSpace, isDiskFull } from './disk-space.ts';
import { forcedChunkCodes } from './forced-codes.ts';
import { loadChunk } from './load.ts';
import { ParquetFile } from './parquet-file.ts';
import { type BlobRequest, type ChunkRequest, registerRequest } from './requests.ts';

type Json = Readonly<Record<string, unknown>>;

/** What registering needs: the emulator, the blobs, and the faults to inject. */
export interface RegisterParts {
  readonly context: EmulatorContext;
  readonly stage: Stage;
  readonly faults: Faults;
  readonly disks: DiskSpace;
}

/** `channels/write/blobs/`: loads blobs into their tables, each chunk as a whole or not at all. */
export async function registerBlobs(parts: RegisterParts, body: Json): Promise<Json> {
  const requests = registerRequest(body);
  const keys = await checkKeys(parts.context, requests);
  const blobs: Json[] = [];
  for (const request of requests) blobs.push(await registerBlob(parts, request));
  return { status_code: CODE.SUCCESS, message: messageOf(CODE.SUCCESS), encryption_keys: keys, blobs };
}

async function registerBlob(parts: RegisterParts, blob: BlobRequest): Promise<Json> {
  const chunks: Json[] = [];
  const codes: StatusCode[] = [];
  for (const chunk of blob.chunks) {
    const verdict = await registerChunk(parts, chunk);
    codes.push(...verdict);
    chunks.push({
      ...displayTable(chunk),
      channels: chunk.channels.map((write, index) => {
        const code = verdict[index] as StatusCode;
        return {
          status_code: code,
          message: messageOf(code),
          channel: displayChannel(write.channel),
          // The client invalidates its channel only if this is the sequencer it has itself.
          client_sequencer: write.clientSequencer,
        };
      }),
    });
  }
  if (!codes.some(isRepeated)) await removeBlob(parts.stage, blob);
  return { chunks };
}

/** The codes of the chunk's channels. Rows, sequencers and offset tokens are committed together. */
async function registerChunk(
  { context, stage, faults, disks }: RegisterParts,
  chunk: ChunkRequest,
): Promise<StatusCode[]> {
  const forced = forcedChunkCodes(faults, chunk);
  if (forced) return forced;
  const all = (code: StatusCode): StatusCode[] => chunk.channels.map(() => code);
  try {
    return await context.store.transaction(async (connection) => {
      const table = context.catalog.table(chunk.database, chunk.schema, chunk.table);
      if (!table) return all(CODE.CHANNEL_GONE);
      const channels = new ChannelStore(connection);
      // The reply to an earlier request was lost: what it asked for is done.
      if (await channels.isRegistered(table, chunk)) return all(CODE.SUCCESS);
      const names = chunk.channels.map((write) => write.channel);
      const states = await channels.channels(table, names);
      const codes = judgeChunk(chunk.channels, (name) => states.get(name));
      if (codes.some((code) => code !== CODE.SUCCESS)) return codes;
      const keys = await channels.keys(table);
      const key = keys.find((each) => each.id === chunk.encryptionKeyId)?.key;
      if (key === undefined) throw new StatusError(CODE.MUST_REOPEN);
      await using file = await ParquetFile.decrypt(stage, { ...chunk, key }, context.store.scratchDir);
      await loadChunk(connection, table, chunk.columns, file);
      for (const write of chunk.channels) {
        const state = states.get(write.channel) as ChannelState;
        await channels.update(table, write.channel, advanced(state, write));
      }
      await channels.markRegistered(table, chunk, context.clock.now());
      return codes;
    });
  } catch (error) {
    if (isDiskFull(error)) await disks.remember();
    const reason = String(error instanceof StatusError ? (error.cause ?? error) : error).split('\n', 1)[0];
    logLine(`Registering ${chunk.path} failed: ${reason}`);
    return all(error instanceof StatusError ? error.code : CODE.TRY_AGAIN);
  }
}

/**
 * The newest keys of those tables in the request that got a new one since their first. They are sent each time,
 * because a client forgets all of them upon an answer that has none.
 * @throws StatusError when a chunk is encrypted with a key that its table never had.
 */
async function checkKeys(context: EmulatorContext, blobs: readonly BlobRequest[]): Promise<Json[] | null> {
  const rotated = new Map<number, Json>();
  for (const chunk of blobs.flatMap((blob) => blob.chunks)) {
    const table = context.catalog.table(chunk.database, chunk.schema, chunk.table);
    if (!table) continue;
    const keys = await context.store.read((connection) => new ChannelStore(connection).keys(table));
    if (keys.length > 0 && !keys.some((key) => key.id === chunk.encryptionKeyId)) {
      throw new StatusError(CODE.INVALID_ENCRYPTION_KEY);
    }
    const newest = keys.at(-1);
    if (newest && keys.length > 1) {
      const names = displayTable(chunk);
      rotated.set(table.id, { ...names, encryption_key: newest.key, encryption_key_id: newest.id });
    }
  }
  return rotated.size > 0 ? [...rotated.values()] : null;
}

/** After these codes the client registers the same chunk again, and the blob has to be there. */
function isRepeated(code: StatusCode): boolean {
  return code === CODE.TRY_AGAIN || code === CODE.QUEUE_FULL;
}

/** A blob goes once it was answered for as a whole; one that is registered in parts is swept later. */
async function removeBlob(stage: Stage, blob: BlobRequest): Promise<void> {
  const answered = blob.chunks.reduce((sum, chunk) => sum + paddedLength(chunk.length), 0);
  if (answered === (await stage.size(blob.path))) await stage.remove(blob.path);
}
