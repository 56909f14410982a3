import {
  copyFileSync,
  type Dirent,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/setup/places.mjs';

const PARTS = [
  'dist',
  'jars',
  'node_modules',
  'packages',
  'package-lock.json',
  'package.json',
  'scripts',
  'src',
  'test',
  'tsconfig.build.json',
  'tsconfig.json',
  'vitest.config.ts',
];

/** Makes a copy of this project as set-up left it, by hard links, which take no space. */
export function copyProject(folder: string): void {
  mkdirSync(join(folder, '.local'), { recursive: true });
  // Set-up writes it; the original must not change with it.
  copyFileSync(join(root, '.local/stamps.json'), join(folder, '.local/stamps.json'));
  for (const entry of readdirSync(root, { withFileTypes: true }).filter(({ name }) => PARTS.includes(name)))
    copyEntry(entry, root, folder);
}

function copyEntry(entry: Dirent, from: string, to: string): void {
  const [source, copy] = [join(from, entry.name), join(to, entry.name)];
  if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), copy);
  else if (entry.isDirectory()) {
    mkdirSync(copy);
    for (const inner of readdirSync(source, { withFileTypes: true })) copyEntry(inner, source, copy);
  } else linkOrCopy(source, copy);
}

function linkOrCopy(source: string, copy: string): void {
  try {
    linkSync(source, copy);
  } catch {
    // Another file system.
    copyFileSync(source, copy);
  }
}
