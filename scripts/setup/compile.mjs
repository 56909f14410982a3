// @ts-check
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.mjs';
import { folderHash } from './folder-hash.mjs';
import { root } from './places.mjs';
import { readStamps, writeStamps } from './stamps.mjs';

const SOURCES = ['src', 'packages/local-snowflake/src'];
const outputs = ['dist', 'packages/local-snowflake/dist', 'packages/local-snowflake/commonjs/dist'].map(
  (folder) => join(root, folder),
);

/** True when a dist/ is not what the sources of now compile to. */
export function compilePending() {
  if (!existsSync(join(root, 'src'))) return false;
  return !outputs.every((dist) => existsSync(dist)) || readStamps().build !== sourcesHash();
}

/** Compiles the sources to the dist folders, emptied first, so that no file of a source that has gone survives. */
export async function compile() {
  const hash = sourcesHash();
  for (const dist of outputs) rmSync(dist, { recursive: true, force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await runCommand(process.execPath, [tsc, '-b', 'tsconfig.build.json', '--pretty', 'false']);
  writeStamps({ build: hash });
}

function sourcesHash() {
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
  const packaged = ['package.json', 'tsconfig.json', 'commonjs/package.json', 'commonjs/tsconfig.json'].map(
    (name) => `packages/local-snowflake/${name}`,
  );
  return folderHash(SOURCES, [...settings, ...packaged]);
}
