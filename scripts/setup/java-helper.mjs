// @ts-check
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from './command.mjs';
import { folderHash } from './folder-hash.mjs';
import { findJdk } from './jdk.mjs';
import { root } from './places.mjs';
import { readStamps, writeStamps } from './stamps.mjs';

const SOURCES = join('jars', 'src', 'main', 'java');
const CLASSES = join('jars', 'classes');
const classes = join(root, CLASSES);

/** True when jars/classes is not what the Java sources of now compile to. */
export function javaHelperPending() {
  if (!existsSync(join(root, SOURCES))) return false;
  return !existsSync(classes) || readStamps().javaHelper !== sourcesHash();
}

/** Compiles the Java half of the bridge to jars/classes, for the oldest JDK that works. */
export async function compileJavaHelper() {
  const hash = sourcesHash();
  const jdk = findJdk();
  if ('problem' in jdk) throw new Error(jdk.problem);
  // As seen from the root, where javac runs: a delimiter in the path of the root would divide the class path.
  const lib = join('jars', 'lib');
  const classPath = readdirSync(join(root, lib)).map((name) => join(lib, name));
  const sources = readdirSync(join(root, SOURCES), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.java'))
    .map((name) => join(SOURCES, name));
  rmSync(classes, { recursive: true, force: true });
  const javac = join(jdk.home, 'bin', 'javac');
  await runCommand(javac, [
    '--release',
    '11',
    '-nowarn',
    // Up to Java 17 javac reads sources in the character set of the locale.
    '-encoding',
    'UTF-8',
    '-cp',
    classPath.join(delimiter),
    '-d',
    CLASSES,
    ...sources,
  ]);
  writeStamps({ javaHelper: hash });
}

function sourcesHash() {
  return folderHash([SOURCES], [join('jars', 'SHA256SUMS')]);
}
