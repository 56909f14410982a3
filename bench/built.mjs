// @ts-check
// The compiled program. By its address, so that types come from the sources and a check of types needs no dist/.
const dist = (/** @type {string} */ file) => new URL(`../dist/${file}`, import.meta.url).href;

/** @type {typeof import('../src/index.ts')} */
export const program = await import(dist('index.js'));

/** @type {typeof import('../src/notebook.ts')} */
export const steps = await import(dist('notebook.js'));

/** @type {typeof import('local-snowflake')} */
export const emulator = await import('local-snowflake');

/** @type {typeof import('../src/bridge/jvm-options.ts')} */
export const jvmOptions = await import(dist('bridge/jvm-options.js'));

/** @type {typeof import('../src/bridge/jvm-cache.ts')} */
export const jvmCache = await import(dist('bridge/jvm-cache.js'));
