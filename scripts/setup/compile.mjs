// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.mjs';
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
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((name) =>
    join(root, name),
  );
  const hash = createHash('sha256');
  for (const file of [...settings, ...sources]) {
    const content = readFileSync(file);
    hash.update(`${file.slice(root.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
