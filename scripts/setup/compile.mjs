// @ts-check
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.mjs';
import { folderHash } from './folder-hash.mjs';
import { root } from './places.mjs';
import { readStamps, writeStamps } from './stamps.mjs';

const dist = join(root, 'dist');

/** True when dist/ is not what the sources of now compile to. */
export function compilePending() {
  if (!existsSync(join(root, 'src'))) return false;
  return !existsSync(dist) || readStamps().build !== sourcesHash();
}

/** Compiles src/ to dist/; the folder is emptied first, so that no file of a source that has gone survives. */
export async function compile() {
  const hash = sourcesHash();
  rmSync(dist, { recursive: true, force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await runCommand(process.execPath, [
    tsc,
    '-p',
    'tsconfig.build.json',
    '--noEmitOnError',
    '--pretty',
    'false',
  ]);
  writeStamps({ build: hash });
}

function sourcesHash() {
  return folderHash('src', ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json']);
}
