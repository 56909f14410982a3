import { FileLock, HeldLock, type LockWait } from '../file/lock.ts';
import { codeOf, UnsafeFile } from '../file/unsafe-file.ts';
import { invalid } from './rejects-fault.ts';

/**
 * Takes the lock of a rejects file. It is in the file's own folder, so that it is the same one for every host which
 * shares the folder.
 *
 * @param place where the file is, with all links among its folders followed
 * @throws SnowstreamError REJECTS_INVALID when another program has it, or it cannot be taken here.
 */
export async function lockOf(path: string, place: string, wait: LockWait): Promise<FileLock> {
  const lock = `${place}.lock`;
  try {
    return await FileLock.acquire(lock, wait);
  } catch (cause) {
    if (cause instanceof HeldLock) {
      const { pid, hostname, at } = cause.holder ?? {};
      const which = pid === undefined ? 'that one' : `process ${pid} on ${hostname}, at work since ${at},`;
      throw invalid(
        path,
        `is being written by another program: wait until ${which} has ended, or give this one a file of its own`,
      );
    }
    if (cause instanceof UnsafeFile)
      throw invalid(
        path,
        `cannot be locked: ${cause.path} ${cause.fault}: have it removed, or name a rejects file in a folder that you alone can write to`,
      );
    if (UNWRITABLE.has(codeOf(cause)))
      throw invalid(
        path,
        `cannot be locked: ${lock} cannot be made (${codeOf(cause)}): name a rejects file in a folder that you can write to`,
        { cause },
      );
    throw cause;
  }
}

const UNWRITABLE = new Set<string | undefined>(['EACCES', 'EPERM', 'EROFS']);
