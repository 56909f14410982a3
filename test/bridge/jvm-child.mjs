// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { local } from '../../scripts/setup/places.mjs';

// By URL, since the type check must not depend on what is built.
const bridge = new URL('../../dist/bridge/', import.meta.url);
/** @type {typeof import('../../src/bridge/jars.ts')} */
const { classPath } = await import(new URL('jars.js', bridge).href);
/** @type {typeof import('../../src/bridge/jvm.ts')} */
const { ensureJvm, stopJvm } = await import(new URL('jvm.js', bridge).href);

/** @param {unknown} line */
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const logFile = join(local, 'test-java.log');
/** @param {string[]} options */
const start = (...options) => ensureJvm({ classPath: classPath(), logFile, options });
/** @param {Promise<unknown>} starting */
const outcome = (starting) =>
  starting.then(
    () => 'started',
    (error) => ({ code: error.code, message: error.message }),
  );

/** @type {Record<string, () => Promise<void>>} */
const scenarios = {
  async 'start and stop'() {
    const jvm = await start();
    say(jvm.callStatic('java.lang.String', 'valueOf', 'works'));
    stopJvm();
    stopJvm();
    stopJvm();
    say(await outcome(start()));
  },
  async 'stop without a start'() {
    stopJvm();
    stopJvm();
  },
  async 'stop while it starts'() {
    const starting = outcome(start());
    stopJvm();
    await starting;
    stopJvm();
  },
  async signals() {
    const alive = setInterval(() => {}, 1000);
    for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) {
      process.on(signal, () => {
        say(signal);
        if (signal !== 'SIGTERM') return;
        clearInterval(alive);
        stopJvm();
      });
    }
    await start();
    say('ready');
  },
  async 'refused option'() {
    for (const option of process.argv.slice(3)) say(await outcome(start(option)));
    say(await outcome(start('-Xmx64m')));
    stopJvm();
  },
  async locale() {
    const jvm = await start();
    const property = (/** @type {string} */ name) => jvm.callStatic('java.lang.System', 'getProperty', name);
    const named = (/** @type {any} */ object) => object.toStringSync();
    const category = (/** @type {string} */ name) => jvm.constant('java.util.Locale$Category', name);
    say({
      locales: [
        named(jvm.callStatic('java.util.Locale', 'getDefault')),
        named(jvm.callStatic('java.util.Locale', 'getDefault', category('FORMAT'))),
        named(jvm.callStatic('java.util.Locale', 'getDefault', category('DISPLAY'))),
      ],
      upper: jvm.callStatic('java.lang.String', 'format', '%S', 'title'),
      number: /** @type {any} */ (jvm.callStatic('java.text.NumberFormat', 'getInstance')).formatSync(1234.5),
      calendar: /** @type {any} */ (
        jvm.callStatic('java.util.Calendar', 'getInstance')
      ).getCalendarTypeSync(),
      fileNames: property('sun.jnu.encoding'),
      texts: property('file.encoding'),
    });
    say(process.env.LC_ALL ?? 'none');
    stopJvm();
  },
  async 'worker thread'() {
    const program = `
      const { workerData, parentPort } = require('node:worker_threads');
      import(workerData.jvm).then(({ ensureJvm, stopJvm }) => {
        stopJvm();
        return ensureJvm({ classPath: workerData.classPath, logFile: '/dev/null' });
      }).then(
        () => parentPort.postMessage('started'),
        ({ code, message }) => parentPort.postMessage({ code, message }),
      );`;
    const workerData = { jvm: new URL('jvm.js', bridge).href, classPath: classPath() };
    const inWorker = async () => {
      const worker = new Worker(program, { eval: true, workerData });
      const [said] = await once(worker, 'message');
      await worker.terminate();
      return said;
    };
    say(await inWorker());
    say(await outcome(start()));
    // While one runs on the main thread, too.
    say(await inWorker());
    stopJvm();
  },
  async 'child processes'() {
    const spawned = () => spawn('sleep', ['60'], { stdio: 'ignore' });
    const children = { before: spawned(), 'before, killed at once': spawned() };
    const jvm = await start();
    children['before, killed at once'].kill('SIGKILL');
    const runtime = /** @type {any} */ (jvm.callStatic('java.lang.Runtime', 'getRuntime'));
    say(runtime.execSync('true').waitForSync());
    Object.assign(children, { after: spawned() });
    for (const [when, child] of Object.entries(children)) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      say([when, child.signalCode]);
    }
    stopJvm();
  },
};

await scenarios[process.argv[2] ?? '']?.();
