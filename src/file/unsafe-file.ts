import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, rmSync, type Stats } from 'node:fs';
import { join } from 'node:path';

/** A file that the program does not open or use, because another user may have tampered with it. */
export class UnsafeFile extends Error {
  readonly path: string;
  /** What is wrong, as the end of a sentence that begins with the file's name. */
  readonly fault: string;
  /** What to do. */
  readonly remedy: string;

  constructor(path: string, fault: string, remedy: string, options?: ErrorOptions) {
    super(`${path} ${fault}: ${remedy}`, options);
    this.name = 'UnsafeFile';
    this.path = path;
    this.fault = fault;
    this.remedy = remedy;
  }
}

/** The code of an error of the system, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/**
 * Whether a file belongs to another user than that of this process.
 *
 * @param folder where it is. Some file systems (a share, a network's for root) give all files an owner of their own,
 * so a foreign owner counts only where a new file gets another one.
 */
export function hasOtherOwner({ uid }: Pick<Stats, 'uid'>, folder: string): boolean {
  const own = process.geteuid?.();
  return own !== undefined && uid !== own && uid !== ownerOfNewFiles(folder);
}

function ownerOfNewFiles(folder: string): number | undefined {
  const path = join(folder, `.snowstream-${randomUUID()}`);
  try {
    const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      return fstatSync(descriptor).uid;
    } finally {
      closeSync(descriptor);
      rmSync(path, { force: true });
    }
  } catch {
    return undefined;
  }
}
