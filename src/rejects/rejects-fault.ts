import { basename } from 'node:path';
import { SnowstreamError } from '../errors.ts';
import { UnsafeFile } from '../file/unsafe-file.ts';

/** The error of a rejects file. */
export function invalid(path: string, what: string, options?: ErrorOptions): SnowstreamError {
  return new SnowstreamError('REJECTS_INVALID', `rejects file ${path} ${what}`, options);
}

/**
 * The error for a failure to read or write a rejects file.
 *
 * @param what failed: `cannot be written`
 */
export function rejectsFault(path: string, what: string, cause: unknown): SnowstreamError {
  if (cause instanceof SnowstreamError) return cause;
  if (cause instanceof UnsafeFile && basename(cause.path) === basename(path))
    return invalid(path, `${cause.fault}: ${cause.remedy}`, { cause });
  return invalid(path, `${what}: ${cause instanceof Error ? cause.message : cause}`, { cause });
}
