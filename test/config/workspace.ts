import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type LoadOptions, loadSettings } from '../../src/config/load.ts';
import { SnowstreamError } from '../../src/errors.ts';

/** A folder with files of one test; `home` lies beside the current directory. */
export interface Workspace {
  readonly cwd: string;
  readonly home: string;
  readonly write: (name: string, content: string | object, mode?: number) => string;
  readonly [Symbol.dispose]: () => void;
}

/** Makes a folder for one test. A name that begins with `~/` goes to the home folder. */
export function workspace(files: Readonly<Record<string, string | object>> = {}): Workspace {
  const root = mkdtempSync(join(tmpdir(), 'settings-'));
  const [cwd, home] = [join(root, 'project'), join(root, 'home')];
  mkdirSync(cwd);
  mkdirSync(home);
  const write = (name: string, content: string | object, mode = 0o600) => {
    const path = name.startsWith('~/') ? join(home, name.slice(2)) : join(cwd, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    chmodSync(path, mode);
    return path;
  };
  for (const [name, content] of Object.entries(files)) write(name, content);
  return { cwd, home, write, [Symbol.dispose]: () => rmSync(root, { recursive: true }) };
}

/** Loads settings of a workspace; nothing of the machine's own environment or home gets in. */
export function load(at: Workspace, options: Omit<LoadOptions, 'cwd' | 'home' | 'local' | 'sqlOnly'> = {}) {
  return loadSettings({ env: {}, ...options, cwd: at.cwd, home: at.home, local: false });
}

/** The error that loading ends with. */
export function failure(at: Workspace, options: Omit<LoadOptions, 'cwd' | 'home'> = {}): SnowstreamError {
  try {
    loadSettings({ env: {}, ...options, cwd: at.cwd, home: at.home });
  } catch (error) {
    if (error instanceof SnowstreamError) return error;
    throw error;
  }
  throw new Error('the settings loaded without an error');
}
