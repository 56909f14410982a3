import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { LocalSnowflakeError } from './errors.ts';

/** Windows has neither, and no links of other users. */
const CAREFUL = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const PRIVATE = 0o600;

/**
 * Makes the folder for the data, or looks at the one that is there: DuckDB opens its files by their names, so that
 * nobody else may be able to put a link under one of them.
 *
 * @throws LocalSnowflakeError DATA_UNAVAILABLE when the folder belongs to another user, or others can write to it.
 */
export function openDataFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const [folder, made] = [statSync(path), statusOfNewFile(path)];
  // Some file systems give all files one owner and one mode.
  if (isForeign(folder) && folder.uid !== made.uid)
    throw unusable(`the data folder ${path} belongs to user ${folder.uid}: name one of your own with --data`);
  const others = folder.uid === folder.gid ? 0o002 : 0o022;
  const hasModes = (made.mode & 0o077) === 0;
  if (process.platform !== 'win32' && hasModes && (folder.mode & others) !== 0)
    throw unusable(
      `other users can write to the data folder ${path}: chmod go-w ${path}, or name a new one below it with --data`,
    );
}

/**
 * A text that is kept in a file of the data folder for its owner alone, and made at the first time. The file is opened
 * once, and not through a link.
 *
 * @throws LocalSnowflakeError DATA_UNAVAILABLE when it is a link, or another user's.
 */
export function kept(path: string, make: () => string): string {
  const descriptor = opened(path);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile() || status.nlink > 1)
      throw unusable(`${path} is not a regular file of its own: remove it, and a new one is made`);
    if (isForeign(status) && status.uid !== statusOfNewFile(dirname(path)).uid)
      throw unusable(`${path} belongs to user ${status.uid}: remove it, and a new one is made`);
    if ((status.mode & 0o077) !== 0) fchmodSync(descriptor, PRIVATE);
    // Empty where the first start was killed between making and writing.
    if (status.size === 0) writeSync(descriptor, make(), 0);
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

function opened(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | CAREFUL, PRIVATE);
  } catch (cause) {
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there === undefined || there.isFile()) throw cause;
    const what = there.isSymbolicLink() ? 'a symbolic link' : 'not a regular file of its own';
    throw unusable(`${path} is ${what}: remove it, and a new one is made`, cause);
  }
}

function unusable(message: string, cause?: unknown): LocalSnowflakeError {
  return new LocalSnowflakeError('DATA_UNAVAILABLE', message, { cause });
}

function isForeign({ uid }: Stats): boolean {
  const own = process.geteuid?.();
  return own !== undefined && uid !== own;
}

function statusOfNewFile(folder: string): Stats {
  const path = join(folder, `.new-${randomUUID()}`);
  const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, PRIVATE);
  try {
    return fstatSync(descriptor);
  } finally {
    closeSync(descriptor);
    rmSync(path, { force: true });
  }
}
