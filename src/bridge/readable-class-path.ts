import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, extname, join } from 'node:path';

/**
 * Makes a class path readable for Java. Its class loader divides the class path at the delimiter, which cannot be
 * escaped, and fails on a path with a character beyond the Basic Multilingual Plane, such as an emoji
 * (`sun.net.www.ParseUtil` encodes the two halves of its surrogate pair apart). node-java ends the process with a
 * segmentation fault then. Such files are linked, or copied, into a folder for temporary files until the process ends.
 *
 * @returns the entries in the same order
 */
export function readableClassPath(entries: readonly string[]): string[] {
  if (entries.every(isReadable)) return [...entries];
  const folder = mkdtempSync(join(tmpdir(), 'snowstream-class-path-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return entries.map((entry, index) =>
    isReadable(entry) ? entry : placed(entry, join(folder, `${index}${extname(entry)}`)),
  );
}

function isReadable(entry: string): boolean {
  // Java resolves symbolic links before it opens an entry, and passes over one that is not there.
  const path = existsSync(entry) ? realpathSync(entry) : entry;
  return !entry.includes(delimiter) && !/[\u{10000}-\u{10ffff}]/u.test(path);
}

function placed(entry: string, copy: string): string {
  if (statSync(entry).isDirectory()) {
    cpSync(entry, copy, { recursive: true });
    return copy;
  }
  try {
    linkSync(realpathSync(entry), copy);
  } catch {
    // Another file system, or one without links.
    copyFileSync(entry, copy);
  }
  return copy;
}
