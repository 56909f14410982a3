import {
  closeSync,
  constants,
  fchmodSync,
  fdatasync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  writeFile,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { codeOf, hasOtherOwner, UnsafeFile } from './unsafe-file.ts';

/** Only its owner may read what the program writes, since it may hold anything that the source does. */
const PRIVATE = 0o600;

// Follows no link, waits for no writer of a pipe, acquires no controlling terminal. Windows has none of the three, and
// no other users' links either.
const { O_RDWR, O_RDONLY, O_APPEND, O_CREAT, O_EXCL } = constants;
const CAREFUL = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
const FOLLOWS_LINKS = constants.O_NOFOLLOW === undefined;

/** How often a file may appear and disappear while it is opened. */
const ATTEMPTS = 100;
const PIECE = 65_536;

/** What is allowed besides a regular file. */
export interface Allowed {
  /** A character device, such as /dev/null. */
  readonly device?: boolean;
}

/**
 * A file that the program writes to: opened once, not through a link, and then checked, read, truncated and made private
 * through that handle only. So it does not matter what another program puts under its name meanwhile. Background: https://wiki.sei.cmu.edu/confluence/display/c/POS35-C
 */
export class OwnFile {
  readonly #descriptor: number;
  #path: string;
  #isClosed = false;

  private constructor(path: string, descriptor: number) {
    this.#path = path;
    this.#descriptor = descriptor;
  }

  /**
   * Opens a file to read it and to append to it; creates a missing one, readable by its owner only.
   *
   * @throws UnsafeFile when it is a link, not a regular file, another user's, or has a second name; and the system's
   * error for a file that cannot be opened.
   */
  static open(path: string, allowed: Allowed = {}): OwnFile {
    let last: unknown;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const made = OwnFile.make(path);
      if (made !== undefined) return made;
      try {
        return new OwnFile(
          path,
          opened(path, O_RDWR | O_APPEND, (descriptor) => checkKind(path, descriptor, allowed)),
        );
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw error;
        // It was removed in between.
        last = error;
      }
    }
    throw last;
  }

  /** Creates a file, readable by its owner only. @returns undefined when the name exists */
  static make(path: string): OwnFile | undefined {
    try {
      return new OwnFile(path, openSync(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL | CAREFUL, PRIVATE));
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return undefined;
      throw error;
    }
  }

  /** For calls that take a descriptor; closed by {@link close}. */
  get descriptor(): number {
    return this.#descriptor;
  }

  /** The complete content. */
  read(): Buffer {
    return contentOf(this.#descriptor);
  }

  /** Makes it accessible to its owner only. A device is not changed. */
  makePrivate(): void {
    if (fstatSync(this.#descriptor).isFile()) fchmodSync(this.#descriptor, PRIVATE);
  }

  /** Truncates it to this many bytes. */
  truncate(size: number): void {
    ftruncateSync(this.#descriptor, size);
  }

  /** Appends bytes. They are on disk when it returns. */
  async append(bytes: Uint8Array | string): Promise<void> {
    await promisify(writeFile)(this.#descriptor, bytes);
    await promisify(fdatasync)(this.#descriptor);
  }

  /** Whether its path still leads to it. */
  isInPlace(): boolean {
    try {
      const [named, open] = [
        lstatSync(this.#path, { bigint: true }),
        fstatSync(this.#descriptor, { bigint: true }),
      ];
      return named.ino === open.ino && named.dev === open.dev;
    } catch {
      return false;
    }
  }

  /**
   * Atomically replaces another file of its folder.
   *
   * @throws UnsafeFile when its name is no longer its own
   */
  rename(path: string): void {
    if (!this.isInPlace())
      throw new UnsafeFile(
        this.#path,
        'was removed or replaced meanwhile',
        'name a file in a folder that only you can write to',
      );
    renameSync(this.#path, path);
    this.#path = path;
  }

  /** Removes it, unless its name has become that of another file, and closes it. */
  remove(): void {
    const isInPlace = this.isInPlace();
    this.close();
    if (isInPlace) rmSync(this.#path, { force: true });
  }

  /** Closes it; a second time does nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#descriptor);
  }
}

/** The content of a file, and a version that changes with each change of the file. */
export interface OwnContent {
  readonly bytes: Buffer;
  readonly version: string;
}

/**
 * Reads a file of the kind that the program writes.
 *
 * @returns undefined when there is none
 * @throws UnsafeFile as {@link OwnFile.open}; and the system's error for a file that cannot be read.
 */
export function readOwnFile(path: string): OwnContent | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = opened(path, O_RDONLY, (open) => checkKind(path, open));
    const { ino, mtimeNs } = fstatSync(descriptor, { bigint: true });
    return { bytes: contentOf(descriptor), version: `${ino}-${mtimeNs}` };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Syncs the folder, which puts a new name in it on disk. */
export function syncFolderOf(path: string): void {
  // Windows cannot open folders.
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), O_RDONLY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Opens a path, but not through a link, and closes it again when the check fails. */
function opened(path: string, flags: number, check: (descriptor: number) => void): number {
  if (FOLLOWS_LINKS && statusOf(path)?.isSymbolicLink()) throw linked(path);
  let descriptor: number;
  try {
    descriptor = openSync(path, flags | CAREFUL);
  } catch (error) {
    throw notOpened(path, error);
  }
  try {
    check(descriptor);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** The reason for an error of the system, where the file is one that the program does not accept. */
function notOpened(path: string, cause: unknown): unknown {
  const status = statusOf(path);
  // The codes of systems for a link: https://man.freebsd.org/cgi/man.cgi?query=open&sektion=2
  if (status?.isSymbolicLink() && /^(?:ELOOP|EMLINK)$/u.test(codeOf(cause) ?? '')) return linked(path, cause);
  if (status === undefined || status.isSymbolicLink()) return cause;
  if (!status.isFile()) return notRegular(path, cause);
  return hasOtherOwner(status, dirname(path)) ? foreign(path, status, cause) : cause;
}

function statusOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function checkKind(path: string, descriptor: number, { device }: Allowed = {}): void {
  const status = fstatSync(descriptor);
  if (device && status.isCharacterDevice()) return;
  if (!status.isFile()) throw notRegular(path);
  if (hasOtherOwner(status, dirname(path))) throw foreign(path, status);
  // Another user may have linked a file of ours, so that the program writes to it.
  if (status.nlink > 1)
    throw new UnsafeFile(path, `has ${status.nlink} names (hard links)`, 'name a file that has one');
}

function linked(path: string, cause?: unknown): UnsafeFile {
  return new UnsafeFile(path, 'is a symbolic link', 'name the file that it leads to', { cause });
}

function notRegular(path: string, cause?: unknown): UnsafeFile {
  return new UnsafeFile(path, 'is not a regular file', 'name one, or a file that does not exist yet', {
    cause,
  });
}

function foreign(path: string, { uid }: Stats, cause?: unknown): UnsafeFile {
  return new UnsafeFile(path, `belongs to user ${uid}`, 'name a file of your own', { cause });
}

function contentOf(descriptor: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; ; ) {
    const piece = Buffer.allocUnsafe(PIECE);
    const read = readSync(descriptor, piece, 0, PIECE, at);
    if (read === 0) return Buffer.concat(pieces);
    pieces.push(piece.subarray(0, read));
    at += read;
  }
}
