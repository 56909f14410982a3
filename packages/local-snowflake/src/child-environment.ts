/** What Node, its temporary files and its texts need on the systems that it runs on; no name here is that of a secret. */
const NAMES = [
  ...['PATH', 'HOME', 'USERPROFILE', 'SystemRoot', 'windir', 'LD_LIBRARY_PATH'],
  ...['TMPDIR', 'TEMP', 'TMP', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ'],
  ...['NODE_OPTIONS', 'NODE_V8_COVERAGE'],
];

/**
 * The environment of a child process. The program's own may hold passwords and passphrases, which every process of the
 * same user can read in `/proc/PID/environ` of each child that inherits them, long after the program has ended.
 */
export function childEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    NAMES.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
