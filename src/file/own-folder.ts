import { lstatSync } from 'node:fs';

/**
 * Whether a folder is this user's and closed to others, so that nobody else can put a name into it or take one out.
 *
 * @param path not of a link
 */
export function isOwnFolder(path: string): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (!status?.isDirectory()) return false;
  const own = process.geteuid?.();
  return own === undefined || (status.uid === own && (status.mode & 0o022) === 0);
}
