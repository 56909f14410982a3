import { redact } from './config/secrets.ts';
import { type ErrorCode, type ExitCode, exitCodeOf, SnowstreamError } from './errors.ts';
import { oneLine, stackLines, visible } from './terminal-text.ts';

/** An error ready to be shown: redacted, its message one line. */
export interface RenderedError {
  readonly code: ErrorCode;
  readonly exitCode: ExitCode;
  readonly message: string;
  /** Stack and causes, or the detail of the error; several lines. */
  readonly detail?: string;
}

/**
 * Renders whatever was thrown, an error or not, as one line, its exit code and perhaps a detail.
 * Known secrets are redacted. Never throws.
 *
 * @example
 * const { message, exitCode } = renderError(error);
 * console.error(message);
 * process.exitCode = exitCode;
 */
export function renderError(thrown: unknown): RenderedError {
  const error = firstOf(thrown);
  const code = error instanceof SnowstreamError ? error.code : 'UNEXPECTED';
  const detail = detailOf(error);
  return {
    code,
    exitCode: exitCodeOf(code),
    message: messageOf(error),
    ...(detail === undefined ? {} : { detail: redact(detail) }),
  };
}

/** When closing things fails after a failure, what failed first is what a person has to know. */
function firstOf(thrown: unknown): unknown {
  let error = thrown;
  while (error instanceof Error && error.name === 'SuppressedError' && 'suppressed' in error)
    error = error.suppressed;
  return error;
}

function messageOf(error: unknown): string {
  if (error instanceof SnowstreamError) return redact(error.message);
  return visible(redact(oneLine(foreignMessage(error))));
}

function foreignMessage(error: unknown): string {
  // Node reports a failed connection to a name with several addresses as an AggregateError whose own
  // message is empty: https://github.com/nodejs/node/issues/48145
  if (error instanceof AggregateError && error.message === '' && error.errors.length > 0) {
    return foreignMessage(error.errors[0]);
  }
  if (error instanceof Error) return error.message === '' ? error.name : `${error.name}: ${error.message}`;
  if (typeof error === 'string') return error;
  return `a value was thrown that is not an error (${error === null ? 'null' : typeof error})`;
}

function detailOf(error: unknown): string | undefined {
  const parts: string[] = [];
  // Bounded, since a cause may point back at its own error.
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    if (at instanceof SnowstreamError) {
      if (at.detail !== undefined) parts.push(at.detail);
    } else {
      parts.push(joined(stackLines(at)));
    }
  }
  return parts.length === 0 ? undefined : parts.join('\ncaused by ');
}

const joined = (lines: readonly string[]): string => lines.map(visible).join('\n');

const SETTINGS_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'CONFIG_INVALID',
  'CONFIG_MISSING',
  'KEY_UNREADABLE',
]);

/**
 * The further lines of an error about settings: every wrong one, every column that does not fit. Causes and their
 * stacks are no part of them.
 *
 * @returns none for other errors, and where the message says it all
 */
export function settingsDetail(error: unknown): string[] {
  if (!(error instanceof SnowstreamError) || !SETTINGS_FAULTS.has(error.code)) return [];
  const { message } = renderError(error);
  const own = redact(error.detail ?? '');
  if (!own.includes('\n')) return [];
  const [first = '', ...others] = own.split('\n');
  return message.startsWith(first) ? others : [first, ...others];
}
