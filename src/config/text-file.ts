import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';

/** The text of a file, or why there is none. */
export type FileText =
  | { readonly text: string; readonly problem?: undefined }
  | { readonly text?: undefined; readonly problem: string; readonly isMissing: boolean };

/** A name that is too long is no file's, and may be the content of one. */
const MISSING = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG']);

const REASONS = new Map([
  ...[...MISSING].map((code) => [code, 'no such file'] as const),
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EISDIR', 'it is a directory'],
]);

/** Reads a file as UTF-8 without a byte order mark. */
export function readText(path: string): FileText {
  try {
    return { text: readFileSync(path, 'utf8').replace(/^\ufeff/u, '') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return {
      problem: REASONS.get(code) ?? (code || 'it cannot be read'),
      isMissing: MISSING.has(code),
    };
  }
}

/** Makes a path absolute: `~/` is the home folder, the rest is seen from the current directory. */
export function resolvePath(path: string, cwd: string, home: string): string {
  if (path.startsWith('~/')) return join(home, path.slice(2));
  return isAbsolute(path) ? path : resolve(cwd, path);
}

/** Says whether a text that no file was found by may be shown as a path, or could be a secret in the wrong place. */
export function isLikePath(text: string): boolean {
  return text.length <= 255 && /^(?:~|\.{1,2})\/|^(?:\/[\w. -]+){2}|\.[a-z]\w{1,4}$/iu.test(text);
}

/** Shortens a path for a person: as seen from the current directory or from home, else as it is. */
export function shortPath(path: string, cwd: string, home: string): string {
  if (path.startsWith(`${cwd}/`)) return path.slice(cwd.length + 1);
  return path.startsWith(`${home}/`) ? `~/${path.slice(home.length + 1)}` : path;
}

/** Says whether users other than the owner can read a file. Windows tells nothing of it in the mode. */
export function isReadableByOthers(path: string): boolean {
  if (process.platform === 'win32') return false;
  return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o044) !== 0;
}
