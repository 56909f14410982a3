// @ts-check
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { root } from '../scripts/setup/places.mjs';
import { benchJars, javaHome } from './prepare.mjs';

/** What the figures hold for. */
export function machine() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const release = readFileSync(join(javaHome(), 'release'), 'utf8');
  const [first] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    project: version,
    node: process.versions.node,
    java: /^JAVA_VERSION="(.*)"/m.exec(release)?.[1] ?? 'unknown',
    driver: benchJars()
      .map((path) => /([^/\\]+)\.jar$/.exec(path)?.[1] ?? path)
      .join(', '),
  };
}
