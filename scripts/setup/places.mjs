// @ts-check
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Everything that set-up, the demo and the tests write for themselves; git-ignored, safe to delete. */
export const local = join(root, '.local');
