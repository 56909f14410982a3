// @ts-check
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './places.mjs';

/**
 * One hash of every file in some folders of the project and of some files beside them, names included.
 *
 * @param {string[]} folders relative to the project's root
 * @param {string[]} beside likewise
 * @returns {string} hex
 */
export function folderHash(folders, beside) {
  const inside = folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash('sha256');
  for (const file of [...beside.map((name) => join(root, name)), ...inside]) {
    const content = readFileSync(file);
    hash.update(`${file.slice(root.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
