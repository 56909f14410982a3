import { stackLines, visibleLines } from './terminal-text.ts';

/**
 * Writes a line to stderr, which `--log` shares with the terminal of the person who started the local Snowflake. What a client
 * has sent may be in it, and begins no line of its own.
 */
export function logLine(line: string): void {
  process.stderr.write(visibleLines([line]));
}

/** Writes what failed, and the stack of the error. */
export function logFailure(what: string, error: unknown): void {
  const [reason = '', ...calls] = error instanceof Error ? stackLines(error) : [String(error)];
  process.stderr.write(visibleLines([`${what} failed: ${reason}`, ...calls]));
}
