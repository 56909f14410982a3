// @ts-check
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { embeddedServer } from '../mysql/embedded.mjs';
import { makeDataTemplate } from '../mysql/template.mjs';
import { runCommand } from './command.mjs';
import { SetUpError } from './error.mjs';
import { findJdk } from './jdk.mjs';
import { runMaven } from './maven.mjs';
import { sha256 } from './stamps.mjs';

/** True when this platform has an embedded server and it is not unpacked yet. */
export function embeddedMySqlPending() {
  const server = embeddedServer();
  return server !== undefined && !existsSync(server.template);
}

/** Fetches the embedded server, checks it, unpacks what a server needs and initialises a data folder to copy. */
export async function fetchEmbeddedMySql() {
  const server = embeddedServer();
  if (!server) return;
  mkdirSync(dirname(server.home), { recursive: true });
  const work = mkdtempSync(join(dirname(server.home), 'fetch-'));
  try {
    await runMaven(['dependency:copy', `-Dartifact=${server.artifact}`, `-DoutputDirectory=${work}`]);
    const jar = join(work, server.jarName);
    const sum = sha256(jar);
    if (sum !== server.sha256) {
      throw new SetUpError(
        'FILE_MISMATCH',
        `${server.jarName} is not the pinned file: SHA-256 is ${sum}, expected ${server.sha256}\n` +
          "Delete it from Maven's local repository (~/.m2/repository) to have it fetched again.",
      );
    }
    const parts = ['share', ...server.binaries.map((name) => `bin/${name}`)];
    await runCommand(jarTool(), ['xf', jar, ...parts.map((part) => `${server.jarFolder}/${part}`)], {
      cwd: work,
    });

    const home = join(work, ...server.jarFolder.split('/'));
    chmodSync(join(home, server.daemon), 0o755);
    const made = makeDataTemplate(home, server.daemon, join(home, 'data-template'));
    if (!made.ok) {
      throw new SetUpError(
        'COMMAND_FAILED',
        `the embedded MySQL server does not run here:\n  ${made.output.trim().split('\n').slice(-10).join('\n  ')}\n` +
          'Install the library it names, or set TEST_MYSQL_URL to a server of your own.',
      );
    }
    rmSync(server.home, { recursive: true, force: true });
    renameSync(home, server.home);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Every JDK has it; unzip is not everywhere. */
function jarTool() {
  const jdk = findJdk();
  return 'home' in jdk ? join(jdk.home, 'bin', 'jar') : 'jar';
}
