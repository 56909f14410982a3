// @ts-check
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { embeddedServer, NO_EMBEDDED_SERVER } from './mysql/embedded.mjs';
import { browserPending, tryBrowser } from './setup/browser.mjs';
import { compile, compilePending } from './setup/compile.mjs';
import { embeddedMySqlPending, fetchEmbeddedMySql } from './setup/embedded-mysql.mjs';
import { SetUpError } from './setup/error.mjs';
import { fetchJars, jarsPending } from './setup/jars.mjs';
import { compileJavaHelper, javaHelperPending } from './setup/java-helper.mjs';
import { jvmCachePending, makeJvmCache } from './setup/jvm-cache.mjs';
import { withLock } from './setup/lock.mjs';
import { addonPending, buildAddon, installPackages, packagesPending } from './setup/packages.mjs';
import { local } from './setup/places.mjs';
import { requireTools } from './setup/tools.mjs';

const OLDEST_NODE = [20, 19];

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {import('./setup/tools.mjs').Tool[]} tools what its work needs
 * @property {() => boolean} pending cheap: asked at every start
 * @property {() => Promise<void>} work
 */

/** @type {import('./setup/tools.mjs').Tool[]} */
const BUILD_TOOLS = ['npm', 'jdk', 'c++', 'make', 'python'];

/** @type {Step[]} */
const STEPS = [
  { name: 'npm ci', tools: BUILD_TOOLS, pending: packagesPending, work: installPackages },
  { name: 'Java bridge', tools: BUILD_TOOLS, pending: addonPending, work: buildAddon },
  { name: 'Java libraries', tools: ['jdk', 'maven'], pending: jarsPending, work: fetchJars },
  { name: 'Java half of the bridge', tools: ['jdk'], pending: javaHelperPending, work: compileJavaHelper },
  { name: 'TypeScript', tools: [], pending: compilePending, work: compile },
  { name: 'JVM cache', tools: ['jdk'], pending: jvmCachePending, work: makeJvmCache },
];

/** @type {Step} */
const DEMO_STEP = {
  name: 'embedded MySQL',
  tools: ['jdk', 'maven'],
  pending: embeddedMySqlPending,
  work: fetchEmbeddedMySql,
};

/** @type {Step} */
const BROWSER_STEP = { name: 'browser', tools: ['browser'], pending: browserPending, work: tryBrowser };

/**
 * Makes a clone ready to run: packages, the Java addon, the jars, the compiled sources, and with `demo` an embedded
 * MySQL server. What is there already is left alone; a run with nothing to do starts no process. Two runs at once
 * wait for each other.
 *
 * @param {object} [options]
 * @param {boolean} [options.demo]  the embedded MySQL server too; not fetched where TEST_MYSQL_URL names one
 * @param {boolean} [options.browser] a Chromium for the tests too; not asked for with SKIP_BROWSER=1
 * @param {boolean} [options.quiet] no progress lines
 * @returns {Promise<string[]>} the names of the steps that had something to do
 * @throws {SetUpError} with a message for a person to act on
 */
export async function setUp({ demo = false, browser = false, quiet = false } = {}) {
  const write = (/** @type {string} */ text) => void (quiet || process.stderr.write(text));
  const say = (/** @type {string} */ line) => write(`set-up      ${line}\n`);
  requireNode();
  const withServer = demo && !process.env.TEST_MYSQL_URL;
  if (withServer && !embeddedServer()) say(NO_EMBEDDED_SERVER);
  const steps = [
    ...STEPS.slice(0, 3),
    ...(withServer ? [DEMO_STEP] : []),
    ...STEPS.slice(3),
    ...(browser ? [BROWSER_STEP] : []),
  ];
  if (!steps.some((step) => step.pending())) return [];

  const onWait = (/** @type {number} */ holder) => say(`waiting for another set-up (process ${holder})`);
  return withLock(join(local, 'set-up.lock'), onWait, async () => {
    await requireTools(
      steps.filter((step) => step.pending()).flatMap((step) => step.tools),
      say,
    );
    const done = [];
    for (const [index, { name, pending, work }] of steps.entries()) {
      if (!pending()) continue;
      const start = Date.now();
      write(`set-up ${index + 1}/${steps.length}  ${name} … `);
      try {
        await work();
      } catch (error) {
        write('failed\n');
        throw error;
      }
      write(`${((Date.now() - start) / 1000).toFixed(1)} s\n`);
      done.push(name);
    }
    return done;
  });
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldest = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major > oldest || (major === oldest && minor >= oldestMinor)) return;
  throw new SetUpError(
    'NODE_TOO_OLD',
    `Node ${OLDEST_NODE.join('.')} or newer is needed, this is ${process.version}: https://nodejs.org/en/download`,
  );
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { demo: { type: 'boolean' }, quiet: { type: 'boolean' } } });
  try {
    const done = await setUp(values);
    if (done.length === 0 && !values.quiet) console.error('set-up      everything is there');
  } catch (error) {
    console.error(error instanceof SetUpError ? `error: ${error.message}` : error);
    process.exitCode = 1;
  }
}
