import { lstatSync } from 'node:fs';

/**
 * Whether a folder belongs to this user and only this user can add and remove names in it.
 *
 * @param path not of a link
 */
export function isOwnFolder(path: string): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (!status?.isDirectory()) return false;
  const own = process.geteuid?.();
  return own === undefined || (status.uid === own && (status.mode & 0o022) === 0);
}
