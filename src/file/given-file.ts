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

/** What a file held that a user gave to be read, and what others could do with it. */
export interface GivenFile {
  readonly bytes: Buffer;
  /** Users other than the owner can read it. */
  readonly isReadableByOthers: boolean;
  /** Users other than the owner can change it. */
  readonly isWritableByOthers: boolean;
  /** Its owner, who is neither this user nor root. */
  readonly otherOwner?: number;
}

// A pipe's writer is not waited for, and no terminal is made that of the program.
const PATIENT = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
const NO_LINK = constants.O_NOFOLLOW ?? 0;
const PIECE = 65_536;
/** Milliseconds between two looks into a pipe. */
const PAUSE = 10;

/** What a shell hands over with `<(…)` or `<`: this process has it already. */
const OWN_DESCRIPTOR = /^\/(?:dev\/(?:stdin|fd\/\d+)|proc\/self\/fd\/\d+)$/u;

/**
 * Reads a file that was given, or found under a name that settings have: opened once, and judged and read through that
 * handle alone. A link is followed, as the secrets of a container's platform are links, but only one that this user or
 * root has made, to a file of theirs. https://kubernetes.io/docs/concepts/configuration/secret/
 *
 * @throws UnsafeFile when it is a link or a pipe of somebody else, or a disk; and what the system says of a file that
 * cannot be read.
 */
export function readGivenFile(path: string): GivenFile {
  if (OWN_DESCRIPTOR.test(path)) return { bytes: readFileSync(path), ...CLOSED };
  const { descriptor, isLinked } = openGiven(path);
  try {
    const status = fstatSync(descriptor);
    const isPlain = status.isFile() || status.isDirectory() || status.isCharacterDevice();
    if (!isPlain && !(status.isFIFO() && isTrusted(status)))
      throw new UnsafeFile(path, 'is no regular file', 'name one');
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
    return { descriptor: openSync(path, PATIENT | NO_LINK), isLinked: false };
  } catch (error) {
    const link = lstatSync(path, { throwIfNoEntry: false });
    const code = codeOf(error);
    if ((code !== 'ELOOP' && code !== 'EMLINK') || !link?.isSymbolicLink()) throw error;
    if (!isTrusted(link))
      throw new UnsafeFile(path, `is a symbolic link of user ${link.uid}`, 'name the file itself', {
        cause: error,
      });
    return { descriptor: openSync(path, PATIENT), isLinked: true };
  }
}

/** Whether something belongs to the user of this process, or to root, who can do everything anyway. */
function isTrusted({ uid }: Stats): boolean {
  const own = process.geteuid?.();
  return own === undefined || uid === own || uid === 0;
}

/** Windows tells nothing of others in the mode. */
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

/** All that there is until its end, for which a pipe is waited. */
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
