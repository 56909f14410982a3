import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  type Stats,
} from 'node:fs';
import { codeOf, UnsafeFile } from './unsafe-file.ts';

/** The content of a file that a user named, and its exposure to other users. */
export interface GivenFile {
  readonly bytes: Buffer;
  /** Users other than the owner can read it. */
  readonly isReadableByOthers: boolean;
  /** Users other than the owner can change it. */
  readonly isWritableByOthers: boolean;
  /** Its owner, who is neither this user nor root. */
  readonly otherOwner?: number;
}

// Does not wait for the writer of a pipe, and does not acquire a controlling terminal.
const READ_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
const NO_LINK = constants.O_NOFOLLOW ?? 0;
const PIECE = 65_536;
/** Milliseconds between two reads of an empty pipe. */
const PAUSE = 10;

/** A descriptor that a shell passes with `<(…)` or `<`: already open in this process. */
const OWN_DESCRIPTOR = /^\/(?:dev\/(?:stdin|fd\/\d+)|proc\/self\/fd\/\d+)$/u;

/**
 * Reads a file that was named by the user or found under a default name: opened once, and checked and read through that
 * handle only. A link is followed, because container platforms mount secrets as links, but only a link that this user
 * or root has made, to a file of theirs. https://kubernetes.io/docs/concepts/configuration/secret/
 *
 * @throws UnsafeFile when it is a link or a pipe of another user, or a block device; and the system's error for a file
 * that cannot be read.
 */
export function readGivenFile(path: string): GivenFile {
  if (OWN_DESCRIPTOR.test(path)) return { bytes: readFileSync(path), ...CLOSED };
  const { descriptor, isLinked } = openGiven(path);
  try {
    const status = fstatSync(descriptor);
    const isPlain = status.isFile() || status.isDirectory() || status.isCharacterDevice();
    if (!isPlain && !(status.isFIFO() && isTrusted(status)))
      throw new UnsafeFile(path, 'is not a regular file', 'name one');
    if (isLinked && !isTrusted(status))
      throw new UnsafeFile(
        path,
        `is a symbolic link to a file of user ${status.uid}`,
        'name the file itself',
      );
    return { bytes: contentOf(descriptor), ...(status.isFile() ? exposure(status) : CLOSED) };
  } finally {
    closeSync(descriptor);
  }
}

const CLOSED = { isReadableByOthers: false, isWritableByOthers: false };

function openGiven(path: string): { readonly descriptor: number; readonly isLinked: boolean } {
  try {
    return { descriptor: openSync(path, READ_FLAGS | NO_LINK), isLinked: false };
  } catch (error) {
    const link = lstatSync(path, { throwIfNoEntry: false });
    const code = codeOf(error);
    if ((code !== 'ELOOP' && code !== 'EMLINK') || !link?.isSymbolicLink()) throw error;
    if (!isTrusted(link))
      throw new UnsafeFile(path, `is a symbolic link of user ${link.uid}`, 'name the file itself', {
        cause: error,
      });
    return { descriptor: openSync(path, READ_FLAGS), isLinked: true };
  }
}

/** Whether something belongs to the user of this process, or to root, who can access everything anyway. */
function isTrusted({ uid }: Stats): boolean {
  const own = process.geteuid?.();
  return own === undefined || uid === own || uid === 0;
}

/** On Windows the mode says nothing about other users. */
function exposure(status: Stats): Omit<GivenFile, 'bytes'> {
  if (process.platform === 'win32') return CLOSED;
  const { mode, uid, gid } = status;
  // A group of the same number as its user has no other member. https://wiki.debian.org/UserPrivateGroups
  const others = uid === gid ? 0o002 : 0o022;
  return {
    isReadableByOthers: (mode & 0o044) !== 0,
    isWritableByOthers: (mode & others) !== 0,
    ...(!isTrusted(status) && { otherOwner: uid }),
  };
}

/** The complete content; waits for the end of a pipe. */
function contentOf(descriptor: number): Buffer {
  const pieces: Buffer[] = [];
  while (true) {
    const piece = Buffer.allocUnsafe(PIECE);
    try {
      const read = readSync(descriptor, piece);
      if (read === 0) return Buffer.concat(pieces);
      pieces.push(piece.subarray(0, read));
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
}
