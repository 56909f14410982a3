// @ts-check
// Another user of the machine: puts a symbolic link under a name and takes it away, as fast as can be, until stdin ends.
import { rmSync, symlinkSync } from 'node:fs';

const [path = '', victim = ''] = process.argv.slice(2);
process.stdin.once('end', () => process.exit()).resume();
process.stdout.write('begun\n');

function swap() {
  for (let times = 0; times < 100; times++) {
    rmSync(path, { force: true });
    try {
      symlinkSync(victim, path);
    } catch {
      // The program has made its file in between.
    }
  }
  setImmediate(swap);
}
swap();
