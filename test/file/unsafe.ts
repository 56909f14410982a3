import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';

const CONTENT = 'of somebody else';

/** Something under a name that a program must neither write to nor change. */
export interface Trap {
  readonly what: string;
  /** What a message says of it. */
  readonly fault: RegExp;
  /** Puts it there. @param victim a path beside it, of a file that is not to be harmed */
  lay(path: string, victim: string): void;
}

const isRoot = process.getuid?.() === 0;

function victimAt(path: string, mode = 0o644): void {
  writeFileSync(path, CONTENT);
  chmodSync(path, mode);
}

/** Every kind of thing that may be found where the program's own file is expected. */
export const TRAPS: readonly Trap[] = [
  {
    what: 'a symbolic link to a file of the same user',
    fault: / is a symbolic link: name the file that it leads to/,
    lay(path, victim) {
      victimAt(victim);
      symlinkSync(victim, path);
    },
  },
  {
    what: 'a symbolic link that leads nowhere yet',
    fault: / is a symbolic link: /,
    lay: (path, victim) => symlinkSync(victim, path),
  },
  {
    what: 'a symbolic link to a device',
    fault: / is a symbolic link: /,
    lay: (path) => symlinkSync('/dev/null', path),
  },
  {
    what: 'a second name of a file of the same user',
    fault: / has 2 names \(hard links\): name a file that has one/,
    lay(path, victim) {
      victimAt(victim);
      linkSync(victim, path);
    },
  },
  {
    what: 'a second name of an empty file of the same user',
    fault: / has 2 names \(hard links\): /,
    lay(path, victim) {
      writeFileSync(victim, '');
      linkSync(victim, path);
    },
  },
  {
    what: 'a directory',
    fault: / is not a regular file: /,
    lay: (path) => mkdirSync(path),
  },
  {
    what: 'a socket',
    fault: / is not a regular file: /,
    // One that is closed in order takes its name with it.
    lay(path) {
      const program =
        "require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))";
      spawnSync(process.execPath, ['-e', program, path]);
    },
  },
  {
    what: 'a pipe that nobody reads',
    fault: / is not a regular file: /,
    lay: (path) => execFileSync('mkfifo', [path]),
  },
  // Root alone may make what belongs to others; everybody else meets the files of root.
  ...(isRoot
    ? [
        {
          what: "another user's empty file, which everybody may write to",
          fault: / belongs to user 12345: name a file of your own/,
          lay(path: string) {
            writeFileSync(path, '');
            chmodSync(path, 0o666);
            chownSync(path, 12_345, 12_345);
          },
        },
      ]
    : []),
];

/** What there is under a name, as far as a program could change it. */
export function stateOf(path: string): object | undefined {
  if (!existsSync(path) && !isLink(path)) return undefined;
  const { mode, uid, ino, size, nlink } = lstatSync(path);
  const target = existsSync(path) ? statSync(path) : undefined;
  const content = target?.isFile() ? readFileSync(path, 'utf8') : undefined;
  return { mode, uid, ino, size, nlink, target: target?.mode, content };
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
