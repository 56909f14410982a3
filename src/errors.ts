import { redact } from './config/secrets.ts';
import { oneLine, stackLines, visible } from './terminal-text.ts';

/**
 * What the process ends with: 0 all rows there and proven, 1 unexpected, 2 configuration, 3 rows differ,
 * 4 rows refused beyond the limit, 5 source or target unreachable after retries, 130 and 143 signals.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130 | 143;

// One table, so that a code can neither lack an exit code nor have two.
const EXIT_CODES = {
  UNEXPECTED: 1,
  CONFIG_INVALID: 2,
  CONFIG_MISSING: 2,
  KEY_UNREADABLE: 2,
  JARS_INVALID: 2,
  NOT_READY: 1,
  MYSQL_UNREACHABLE: 5,
  MYSQL_DENIED: 2,
  MYSQL_QUERY: 1,
  SOURCE_NO_KEY: 2,
  SOURCE_CHANGED: 1,
  SNAPSHOT_IMPOSSIBLE: 2,
  SNAPSHOT_BUSY: 5,
  SNAPSHOT_LOST: 5,
  TABLE_NOT_FOUND: 2,
  TARGET_UNSUPPORTED: 2,
  COLUMN_NOT_FOUND: 2,
  VALUE_NOT_CARRIED: 4,
  JVM_START: 1,
  JVM_MEMORY: 1,
  JVM_TIMEOUT: 1,
  JAVA_EXCEPTION: 1,
  SNOWFLAKE_UNREACHABLE: 5,
  SNOWFLAKE_DENIED: 2,
  SNOWFLAKE_SQL: 1,
  CHANNEL_INVALID: 1,
  CHANNEL_TAKEN: 1,
  OFFSET_TOKEN_INVALID: 2,
  REJECTS_INVALID: 2,
  ROWS_REFUSED: 4,
  ROWS_DIFFER: 3,
  INTERRUPTED: 130,
  TERMINATED: 143,
} as const satisfies Record<string, ExitCode>;

/** The name of an error, stable across releases: scripts may compare with it. */
export type ErrorCode = keyof typeof EXIT_CODES;

/**
 * Says which exit code an error code ends the process with.
 *
 * @example exitCodeOf('CONFIG_INVALID'); // 2
 */
export function exitCodeOf(code: ErrorCode): ExitCode {
  return EXIT_CODES[code];
}

/**
 * From the one that asks least of a person to the worst: rejected rows are accounted for, an end that cannot be reached
 * may be back in a minute, settings have to be corrected, what is unexpected has to be looked into, and rows that
 * differ may have been read by somebody already.
 */
const BY_WEIGHT: readonly ExitCode[] = [0, 4, 5, 2, 1, 3, 143, 130];

/**
 * The worst of several exit codes, 0 for none.
 *
 * @example worstExitCode([0, 4, 2]); // 2
 */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  return BY_WEIGHT.findLast((code) => codes.includes(code)) ?? 0;
}

/** What goes with an error besides its line. */
export interface ErrorContext {
  /** The error that led to this one. */
  readonly cause?: unknown;
  /** More for a person who asks, never needed to act: further lines, or the trace of another program as it is. */
  readonly detail?: string | readonly string[];
}

/**
 * Every error this project throws on purpose. `message` is one line that a person can act on. In it and in `detail`,
 * characters that a terminal obeys or does not show are there by their number: names and values come from others.
 *
 * @example
 * throw new SnowstreamError('TABLE_NOT_FOUND', 'table people does not exist in database shop', { cause });
 */
export class SnowstreamError extends Error {
  override readonly name = 'SnowstreamError';
  readonly code: ErrorCode;
  readonly exitCode: ExitCode;
  readonly detail?: string;

  constructor(code: ErrorCode, message: string, context: ErrorContext = {}) {
    const { cause, detail } = context;
    super(visible(message.trim()), cause === undefined ? undefined : { cause });
    this.code = code;
    this.exitCode = EXIT_CODES[code];
    if (detail !== undefined) this.detail = typeof detail === 'string' ? trace(detail) : joined(detail);
  }
}

/** An error ready to be shown: redacted, its message one line. */
export interface RenderedError {
  readonly code: ErrorCode;
  readonly exitCode: ExitCode;
  readonly message: string;
  /** Stack and causes, or the detail that the error carried; several lines. */
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
    exitCode: EXIT_CODES[code],
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
  // Node reports a refused connection to a name with several addresses as an AggregateError whose own
  // message is empty: https://github.com/nodejs/node/issues/48145
  if (error instanceof AggregateError && error.message === '' && error.errors.length > 0) {
    return foreignMessage(error.errors[0]);
  }
  if (error instanceof Error) return error.message === '' ? error.name : `${error.name}: ${error.message}`;
  if (typeof error === 'string') return error;
  return `something was thrown that is not an error (${error === null ? 'null' : typeof error})`;
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

/** Lines of another program, which it indents by tabs or spaces. */
function trace(text: string): string {
  return joined(text.replaceAll('\t', '    ').split(/\r?\n/u));
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
