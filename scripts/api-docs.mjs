// @ts-check
// Makes the API documentation in .local/api from the doc comments. Typedoc needs the compiler API of TypeScript 6, which
// version 7 does not have yet, and so it is installed in .local/typedoc, apart from the other packages. A link that leads
// nowhere and an export without a doc comment are errors.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup/places.mjs';

const docs = join(root, 'docs/api');
const folder = join(root, '.local/typedoc');

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: folder, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

mkdirSync(folder, { recursive: true });
for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(docs, name), join(folder, name));
run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund']);
run(process.execPath, ['node_modules/typedoc/bin/typedoc', '--options', join(docs, 'typedoc.json')]);
