// @ts-check
// Loaded into a command before its first line (`node --import`): what it would do after its linger it does at once, and
// file descriptor 3 gets a line when it has written its result and done everything that it does without a reader.
import { writeSync } from 'node:fs';

/** As in src/cli.ts. */
const LINGER = 1_500;
/** Milliseconds; a timer that is started earlier and with less fires earlier, whatever the machine is busy with. */
const AFTER_IT = 200;

const { setTimeout } = globalThis;
/** @type {(work: (...values: unknown[]) => void, delay?: number, ...more: unknown[]) => NodeJS.Timeout} */
const hurried = (work, delay, ...more) => setTimeout(work, delay === LINGER ? 0 : delay, ...more);
globalThis.setTimeout = Object.assign(hurried, setTimeout);

/** @type {(...given: any[]) => boolean} */
const write = process.stdout.write.bind(process.stdout);
/** @type {(...given: any[]) => boolean} */
process.stdout.write = (chunk, ...more) => {
  if (chunk.length > 0) setTimeout(() => writeSync(3, 'written\n'), AFTER_IT).unref();
  return write(chunk, ...more);
};
