import { join } from 'node:path';
import type { EmulatorOptions, RunningEmulator } from './options.ts';
import { startProgram } from './start.ts';

/** A Snowflake on this machine for tests and development; see the package's README.md. */
export { LocalSnowflakeError, type LocalSnowflakeErrorCode } from './errors.ts';
export type { EmulatorOptions, RunningEmulator } from './options.ts';

/**
 * Starts a local Snowflake and waits until it answers. It ends with this process, however that ends.
 * @throws LocalSnowflakeError with the reason when it does not start.
 * @example
 * await using snowflake = await startEmulator();
 * console.log(snowflake.url, snowflake.user, snowflake.password);
 */
export function startEmulator(options: EmulatorOptions = {}): Promise<RunningEmulator> {
  return startProgram(join(__dirname, '../../dist/main.js'), options);
}
