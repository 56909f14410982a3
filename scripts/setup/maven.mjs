// @ts-check
import { join } from 'node:path';
import { runCommand } from './command.mjs';
import { findJdk } from './jdk.mjs';

/**
 * Runs Maven goals on a pom, which pins the plugin too.
 *
 * @param {string[]} goals with their options
 * @param {string} [pom]
 * @returns {Promise<void>}
 */
export async function runMaven(goals, pom = join('jars', 'pom.xml')) {
  const jdk = findJdk();
  await runCommand('mvn', ['-q', '-B', '-Dstyle.color=never', '-f', pom, ...goals], {
    env: 'home' in jdk ? { JAVA_HOME: jdk.home } : {},
    check:
      'Check the network, and the proxy or mirror in ~/.m2/settings.xml ' +
      '(https://maven.apache.org/guides/mini/guide-proxies.html); Maven Central must be reachable.',
  });
}
