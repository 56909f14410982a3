import { visible } from './terminal-text.ts';

/**
 * What the process ends with: 0 all rows there and proven, 1 unexpected, 2 configuration, 3 rows differ,
 * 4 rows refused beyond the limit, 5 source or target unreachable after retries, 130 and 143 signals.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130 | 143;

/** Whose fault an error is: who can do something about it. `run` ends a run by a signal. */
export type Fault = 'settings' | 'source' | 'target' | 'jvm' | 'rows' | 'program' | 'signal';

/** What is known of an error by its code. */
export interface ErrorFacts {
  readonly exitCode: ExitCode;
  readonly fault: Fault;
  /** Whether the same may succeed a little later, so that `--retries` tries it again. */
  readonly retry: boolean;
  /** Whether every further table of a run would meet it too; a table's own error leaves the others alone. */
  readonly endsRun: boolean;
}

const facts = (
  exitCode: ExitCode,
  fault: Fault,
  { retry = false, endsRun = false }: { readonly retry?: boolean; readonly endsRun?: boolean } = {},
): ErrorFacts => ({ exitCode, fault, retry, endsRun });

const [RETRY, ENDS_RUN] = [{ retry: true, endsRun: true }, { endsRun: true }];

// One table for exit codes, the retry policy and what ends a run, so that they cannot disagree.
const FACTS = {
  UNEXPECTED: facts(1, 'program'),
  CONFIG_INVALID: facts(2, 'settings'),
  CONFIG_MISSING: facts(2, 'settings', ENDS_RUN),
  KEY_UNREADABLE: facts(2, 'settings', ENDS_RUN),
  JARS_INVALID: facts(2, 'settings', ENDS_RUN),
  NOT_READY: facts(1, 'program'),
  MYSQL_UNREACHABLE: facts(5, 'source', RETRY),
  MYSQL_DENIED: facts(2, 'source', ENDS_RUN),
  MYSQL_QUERY: facts(1, 'source'),
  SOURCE_NO_KEY: facts(2, 'source'),
  SOURCE_CHANGED: facts(1, 'source'),
  SNAPSHOT_IMPOSSIBLE: facts(2, 'source'),
  SNAPSHOT_BUSY: facts(5, 'source', ENDS_RUN),
  SNAPSHOT_LOST: facts(5, 'source', ENDS_RUN),
  TABLE_NOT_FOUND: facts(2, 'settings'),
  TARGET_UNSUPPORTED: facts(2, 'target'),
  COLUMN_NOT_FOUND: facts(2, 'settings'),
  VALUE_NOT_CARRIED: facts(4, 'rows'),
  JVM_START: facts(1, 'jvm', ENDS_RUN),
  JVM_MEMORY: facts(1, 'jvm', ENDS_RUN),
  JVM_TIMEOUT: facts(1, 'jvm', ENDS_RUN),
  JAVA_EXCEPTION: facts(1, 'target'),
  SNOWFLAKE_UNREACHABLE: facts(5, 'target', RETRY),
  SNOWFLAKE_DENIED: facts(2, 'target', ENDS_RUN),
  SNOWFLAKE_SQL: facts(1, 'target'),
  CHANNEL_INVALID: facts(1, 'target'),
  CHANNEL_TAKEN: facts(1, 'target'),
  OFFSET_TOKEN_INVALID: facts(2, 'target'),
  REJECTS_INVALID: facts(2, 'settings', ENDS_RUN),
  ROWS_REFUSED: facts(4, 'rows'),
  ROWS_DIFFER: facts(3, 'rows'),
  INTERRUPTED: facts(130, 'signal', ENDS_RUN),
  TERMINATED: facts(143, 'signal', ENDS_RUN),
} as const satisfies Record<string, ErrorFacts>;

/** The name of an error, stable across releases: scripts may compare with it. */
export type ErrorCode = keyof typeof FACTS;

/**
 * Says which exit code an error code ends the process with.
 *
 * @example exitCodeOf('CONFIG_INVALID'); // 2
 */
export function exitCodeOf(code: ErrorCode): ExitCode {
  return FACTS[code].exitCode;
}

/**
 * What is known of an error by its code.
 *
 * @example factsOf('SNOWFLAKE_UNREACHABLE').retry; // true
 */
export function factsOf(code: ErrorCode): ErrorFacts {
  return FACTS[code];
}

/** The facts of an error of this project; `undefined` for anything else that was thrown. */
export function factsOfError(error: unknown): ErrorFacts | undefined {
  return error instanceof SnowstreamError ? FACTS[error.code] : undefined;
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
    this.exitCode = FACTS[code].exitCode;
    if (detail !== undefined) this.detail = typeof detail === 'string' ? trace(detail) : joined(detail);
  }
}

/** Lines of another program, which it indents by tabs or spaces. */
function trace(text: string): string {
  return joined(text.replaceAll('\t', '    ').split(/\r?\n/u));
}

const joined = (lines: readonly string[]): string => lines.map(visible).join('\n');
