import { randomUUID } from 'node:crypto';
import { lstatSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { isOwnFolder } from '../file/own-folder.ts';
import { JAVA_LOG_NAME } from './java-log-name.ts';
import type { Environment } from './sources/environment.ts';

/**
 * Where Java's log goes when nobody says where: a file for each run, in the folder for the state of programs, or in one
 * for temporary files where there is no home folder or it is somebody else's.
 * https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function defaultJavaLog(env: Environment, home: string | undefined): string {
  const state = stateFolder(env, home);
  return join(state !== undefined && isOurs(state) ? state : temporaryFolder(), JAVA_LOG_NAME);
}

/** Somebody else may have been the first to make the folder of that name, or have put a link there. */
function temporaryFolder(): string {
  const folder = join(tmpdir(), `snowstream-${process.getuid?.() ?? 'log'}`);
  const isFree = lstatSync(folder, { throwIfNoEntry: false }) === undefined;
  return isFree || isOwnFolder(folder) ? folder : `${folder}-${OF_THIS_PROCESS}`;
}

const OF_THIS_PROCESS = randomUUID();

function stateFolder(env: Environment, home: string | undefined): string | undefined {
  const { XDG_STATE_HOME: named, LOCALAPPDATA: local } = env;
  if (named !== undefined && isAbsolute(named)) return join(named, 'snowstream');
  if (process.platform === 'win32' && local) return join(local, 'snowstream');
  return home === undefined ? undefined : join(home, '.local', 'state', 'snowstream');
}

/** Whether a folder, or else the one that it would be made in, belongs to the user of this process. */
function isOurs(folder: string): boolean {
  const there = statSync(folder, { throwIfNoEntry: false });
  if (there === undefined) return dirname(folder) !== folder && isOurs(dirname(folder));
  return there.isDirectory() && (process.getuid === undefined || there.uid === process.getuid());
}
