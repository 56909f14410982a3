import { visible } from './terminal-text.ts';

/**
 * What the process ends with: 0 all rows there and proven, 1 unexpected, 2 configuration, 3 rows differ,
 * 4 rows rejected beyond the limit, 5 source or target unreachable after retries, 130 and 143 signals.
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
  /** What a person can do about it, in one line; the message of an error says more where more is known. */
  readonly remedy: string;
}

const facts = (
  exitCode: ExitCode,
  fault: Fault,
  remedy: string,
  { retry = false, endsRun = false }: { readonly retry?: boolean; readonly endsRun?: boolean } = {},
): ErrorFacts => ({ exitCode, fault, retry, endsRun, remedy });

const [RETRY, ENDS_RUN] = [{ retry: true, endsRun: true }, { endsRun: true }];

// One table for exit codes, the retry policy and what ends a run, so that they cannot disagree.
const FACTS = {
  UNEXPECTED: facts(
    1,
    'program',
    'Report it with the printed stack trace: the program has a bug, or met a case that it does not know.',
  ),
  CONFIG_INVALID: facts(2, 'settings', 'Correct the setting that the message names.'),
  CONFIG_MISSING: facts(
    2,
    'settings',
    'Set what the message names, in one of the places that it lists.',
    ENDS_RUN,
  ),
  KEY_UNREADABLE: facts(
    2,
    'settings',
    'Check the path, the format and the passphrase of the private key: `snowstream doctor` names the fault.',
    ENDS_RUN,
  ),
  JARS_INVALID: facts(
    2,
    'settings',
    'Run `npm run setup`; for a jar of your own, check its path and its SHA-256.',
    ENDS_RUN,
  ),
  NOT_READY: facts(1, 'program', 'Fix what `snowstream doctor` marks, each with its remedy.'),
  MYSQL_UNREACHABLE: facts(
    5,
    'source',
    'Check host, port and network, and that the server is up; raise `--retries` for longer outages.',
    RETRY,
  ),
  MYSQL_DENIED: facts(2, 'source', 'Check user, password, TLS settings and grants in MySQL.', ENDS_RUN),
  MYSQL_QUERY: facts(
    1,
    'source',
    "Read the server's own message: a missing grant, a limit of the server, a broken view.",
  ),
  SOURCE_NO_KEY: facts(2, 'source', 'Give the table a non-null unique key, or load it with `--no-resume`.'),
  SOURCE_CHANGED: facts(1, 'source', 'Run again: the table was altered while it was read.'),
  SNAPSHOT_IMPOSSIBLE: facts(2, 'source', 'Load the table without `--snapshot`, or convert it to InnoDB.'),
  SNAPSHOT_BUSY: facts(
    5,
    'source',
    'Run again when the tables are less busy, or with `--channels 1` and `--parallel-tables 1`, which need no lock.',
    ENDS_RUN,
  ),
  SNAPSHOT_LOST: facts(
    5,
    'source',
    'Run again: a new snapshot resumes after the last committed row.',
    ENDS_RUN,
  ),
  TABLE_NOT_FOUND: facts(
    2,
    'settings',
    'Correct the name of the table, or create the target with `--create`.',
  ),
  TARGET_UNSUPPORTED: facts(2, 'target', 'Load into another target: streaming cannot write into this one.'),
  COLUMN_NOT_FOUND: facts(2, 'settings', 'Add the column to the target, or let `--evolve` add it.'),
  VALUE_NOT_CARRIED: facts(
    4,
    'rows',
    'Choose a policy for the column, or exclude the row with `--max-rejects`.',
  ),
  JVM_START: facts(
    1,
    'jvm',
    'Check the JDK and `--jvm-memory`: `snowstream doctor` names the fault.',
    ENDS_RUN,
  ),
  JVM_MEMORY: facts(
    1,
    'jvm',
    'Raise `--jvm-memory`, or lower `--batch-rows`, `--channels` or `--parallel-tables`.',
    ENDS_RUN,
  ),
  JVM_TIMEOUT: facts(
    1,
    'jvm',
    'Check the network to Snowflake and its stage; raise `--java-timeout` or `--close-timeout`.',
    ENDS_RUN,
  ),
  JAVA_EXCEPTION: facts(1, 'target', "Read the SDK's reason, and its log at the printed path."),
  SNOWFLAKE_UNREACHABLE: facts(
    5,
    'target',
    'Check `SNOWFLAKE_URL` or `SNOWFLAKE_ACCOUNT`, proxy and network; raise `--retries` for longer outages.',
    RETRY,
  ),
  SNOWFLAKE_DENIED: facts(
    2,
    'target',
    'Check user, key or token, role and privileges in Snowflake.',
    ENDS_RUN,
  ),
  SNOWFLAKE_SQL: facts(1, 'target', "Read Snowflake's own code and message (`sqlCode`, `sqlState`)."),
  CHANNEL_INVALID: facts(
    1,
    'target',
    'Run again, which resumes after the last committed row; the Java log has the reason.',
  ),
  CHANNEL_TAKEN: facts(1, 'target', 'Stop the other program that loads the table, then run again.'),
  OFFSET_TOKEN_INVALID: facts(
    2,
    'target',
    'Load with `--restart`, or choose another `--channel`: the token is not one of this load.',
  ),
  REJECTS_INVALID: facts(
    2,
    'settings',
    'Correct the path of the rejects file, its owner or its content, or wait for the program that holds it.',
    ENDS_RUN,
  ),
  ROWS_REFUSED: facts(
    4,
    'rows',
    'Fix the cause and run `snowstream retry-rejects`, or raise `--max-rejects`.',
  ),
  ROWS_DIFFER: facts(
    3,
    'rows',
    'Read the differences in the report; `--restart` loads the table again from its first row.',
  ),
  INTERRUPTED: facts(130, 'signal', 'Run again, which resumes after the last committed row.', ENDS_RUN),
  TERMINATED: facts(143, 'signal', 'Run again, which resumes after the last committed row.', ENDS_RUN),
} as const satisfies Record<string, ErrorFacts>;

/** The name of an error, stable across releases: scripts may compare with it. */
export type ErrorCode = keyof typeof FACTS;

/** Every error code, in the order of the table. */
export const ERROR_CODES = Object.keys(FACTS) as readonly ErrorCode[];

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
