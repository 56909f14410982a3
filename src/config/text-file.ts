import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { type GivenFile, readGivenFile } from '../file/given-file.ts';
import { codeOf, UnsafeFile } from '../file/unsafe-file.ts';

/** What others could do with a file when it was read. */
export type Exposure = Omit<GivenFile, 'bytes'>;

/** The text of a file, or why there is none. */
export type FileText =
  | { readonly text: string; readonly exposure: Exposure; readonly problem?: undefined }
  | {
      readonly text?: undefined;
      readonly exposure?: undefined;
      readonly problem: string;
      readonly isMissing: boolean;
    };

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
  return readFile(path, (bytes) => bytes.toString('utf8'));
}

/**
 * Reads a file that nobody named, but that was found where such files are looked for. One of another user is not read:
 * a `.env` decides where passwords are sent, and anybody can put one into a folder such as /tmp. Root reads it, as
 * programs in containers are root among the files of a user outside.
 */
export function readFoundText(path: string): FileText {
  const file = readText(path);
  const owner = file.exposure?.otherOwner;
  return owner === undefined || process.geteuid?.() === 0
    ? file
    : { problem: `it belongs to user ${owner}: use a file of your own`, isMissing: false };
}

/** Reads the file of a key, which may be binary (DER): that one as its base64. */
export function readKeyText(path: string): FileText {
  return readFile(path, (bytes) => {
    // What PowerShell's > makes of the output of openssl.
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le');
    // A SEQUENCE of more than 127 bytes; in a text, a byte beyond ASCII cannot come second.
    const isDer = bytes[0] === 0x30 && (bytes[1] ?? 0) > 0x80 && (bytes[1] ?? 0) < 0x85;
    return bytes.toString(isDer ? 'base64' : 'utf8');
  });
}

function readFile(path: string, decode: (bytes: Buffer) => string): FileText {
  try {
    const { bytes, ...exposure } = readGivenFile(path);
    return { text: decode(bytes).replace(/^\ufeff/u, ''), exposure };
  } catch (error) {
    if (error instanceof UnsafeFile)
      return { problem: `it ${error.fault}: ${error.remedy}`, isMissing: false };
    const code = codeOf(error) ?? '';
    return {
      problem: REASONS.get(code) ?? (code || 'it cannot be read'),
      isMissing: MISSING.has(code),
    };
  }
}

/**
 * The home folder; none where neither HOME nor the system's list of users has one, as in a container that runs under
 * a number nobody has a name for.
 */
export function homeFolder(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes a path absolute: `~/` is the home folder, the rest is seen from the current directory.
 *
 * @returns undefined for a path in a home folder that is not there
 */
export function resolvePath(path: string, cwd: string, home: string | undefined): string | undefined {
  if (path.startsWith('~/')) return home === undefined ? undefined : join(home, path.slice(2));
  return isAbsolute(path) ? path : resolve(cwd, path);
}

/** The line for a setting whose path is in a home folder that is not there. */
export function noHomeFor(origin: string, path: string): string {
  return `${origin}: ${path} is in a home folder, and this user has none: set HOME, or write the whole path`;
}

/** Says whether a text that no file was found by may be shown as a path, or could be a secret in the wrong place. */
export function isLikePath(text: string): boolean {
  return text.length <= 255 && /^(?:~|\.{1,2})\/|^(?:\/[\w. -]+){2}|\.[a-z]\w{1,4}$/iu.test(text);
}

/** Shortens a path for a person: as seen from the current directory or from home, else as it is. */
export function shortPath(path: string, cwd: string, home: string | undefined): string {
  if (path.startsWith(`${cwd}/`)) return path.slice(cwd.length + 1);
  return home !== undefined && path.startsWith(`${home}/`) ? `~/${path.slice(home.length + 1)}` : path;
}
