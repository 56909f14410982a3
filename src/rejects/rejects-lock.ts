import { FileLock, HeldLock, type LockWait } from '../file/lock.ts';
import { codeOf, UnsafeFile } from '../file/unsafe-file.ts';
import { invalid } from './rejects-fault.ts';

/**
 * Acquires the lock of a rejects file. It is in the file's own folder, so that all hosts that share the folder use the
 * same lock.
 *
 * @param realPath of the file, with all symbolic links of its folders resolved
 * @throws SnowstreamError REJECTS_INVALID when another program holds it, or it cannot be created here.
 */
export async function lockOf(path: string, realPath: string, wait: LockWait): Promise<FileLock> {
  const lock = `${realPath}.lock`;
  try {
    return await FileLock.acquire(lock, wait);
  } catch (cause) {
    if (cause instanceof HeldLock) {
      const { pid, hostname, at } = cause.holder ?? {};
      const which = pid === undefined ? 'it' : `process ${pid} on ${hostname}, running since ${at},`;
      throw invalid(path, `is in use by another program: wait until ${which} has ended, or use another file`);
    }
    if (cause instanceof UnsafeFile)
      throw invalid(
        path,
        `cannot be locked: ${cause.path} ${cause.fault}: have it removed, or name a rejects file in a folder that only you can write to`,
      );
    if (UNWRITABLE.has(codeOf(cause)))
      throw invalid(
        path,
        `cannot be locked: ${lock} cannot be created (${codeOf(cause)}): name a rejects file in a folder that you can write to`,
        { cause },
      );
    throw cause;
  }
}

const UNWRITABLE = new Set<string | undefined>(['EACCES', 'EPERM', 'EROFS']);
