import { javaLogFile } from '../bridge/jvm.ts';
import { inspectSettings } from '../config/load.ts';
import type { LogFormat, SqlSettings } from '../config/settings.ts';
import { type ErrorCode, type ExitCode, exitCodeOf, SnowstreamError, worstExitCode } from '../errors.ts';
import { createLog, type Logger } from '../log.ts';
import type { OnEvent } from '../progress.ts';
import { renderError, settingsDetail } from '../rendered-error.ts';
import { logProgress } from '../report/log-progress.ts';
import { eventsTo } from '../report/progress-view.ts';
import { terminalProgress } from '../report/terminal-progress.ts';
import { visibleJson, visibleLines } from '../terminal-text.ts';

/** What a command prints on stdout. */
export interface Result {
  /** With --json: one document. */
  readonly document: object;
  /** Without it. */
  readonly lines: readonly string[];
  /** Why the command does not end with 0 although it has a result; the worst of them says with what. */
  readonly shortfalls?: readonly Shortfall[];
}

/** What is wrong with a result. */
export interface Shortfall {
  readonly error: unknown;
  /** The lines say it already, so that stderr need not. */
  readonly isInLines?: boolean;
}

/** What shares stderr while a command is at work. */
export interface Reporting {
  readonly log: Logger;
  readonly onEvent: OnEvent;
}

/**
 * Everything that a command prints. With --json, stdout gets exactly one document, that of an error too; stderr gets
 * lines of one form, text or JSON, never both.
 */
export class CommandOutput {
  readonly #isJson: boolean;
  readonly #flags: Readonly<Record<string, unknown>>;
  #form: 'text' | 'json' | undefined;
  #hasPrinted = false;
  #endProgress: () => void = () => {};

  /** @param flags those that are settings; an error that they lead to is printed in the form which they ask for */
  constructor(isJson: boolean, flags: Readonly<Record<string, unknown>> = {}) {
    this.#isJson = isJson;
    this.#flags = flags;
  }

  /** The log, with the warnings of the settings in it, and the progress. On a terminal its lines go above the bar. */
  open({ logLevel: level, logFormat, warnings }: SqlSettings): Reporting {
    this.#form = this.#formOf(logFormat);
    const reporting = this.#form === 'json' ? jsonReporting(level) : this.#textReporting(level);
    for (const warning of warnings) reporting.log.warn(warning);
    return reporting;
  }

  /** Leaves the bar of a terminal where it is, for other lines to follow. */
  endProgress(): void {
    this.#endProgress();
  }

  /** Prints a result; the first one alone, where a command has several. */
  print({ document, lines, shortfalls = [] }: Result): ExitCode {
    this.#endProgress();
    const exitCode = worstExitCode(shortfalls.map(({ error }) => renderError(error).exitCode));
    const worst = shortfalls.find(({ error }) => renderError(error).exitCode === exitCode);
    const shown = worst === undefined ? document : { ...document, error: documentOf(worst.error) };
    this.#toStdout(shown, lines);
    for (const { error, isInLines } of shortfalls) if (!isInLines) this.#toStderr(error);
    return exitCode;
  }

  /** Prints what a command ends for: a document, and on stderr what a person needs to act. */
  fail(error: unknown): ExitCode {
    this.#endProgress();
    if (this.#isJson) this.#toStdout({ error: documentOf(error) }, []);
    this.#toStderr(error);
    return renderError(error).exitCode;
  }

  /**
   * Prints what the parser of the command line says of wrong flags, without the value of one that is misspelt, which
   * may be a secret.
   */
  failUsage(text: string): ExitCode {
    const said = text
      .trimEnd()
      .replace(/^error: /u, '')
      .replace(/('--?[^=\s]+)=.*'/su, "$1'");
    // The parser's own second line.
    const [, problem = said, meant] = /^(.*)\n(\(Did you mean [^\n]*\?\))$/su.exec(said) ?? [];
    const lines = [problem, ...(meant === undefined ? [] : [meant])];
    if (this.#isJson) return this.fail(new SnowstreamError('CONFIG_INVALID', lines.join(' ')));
    process.stderr.write(
      visibleLines(lines.map((line, index) => (index === 0 ? `snowstream: ${line}` : line))),
    );
    return exitCodeOf('CONFIG_INVALID');
  }

  /** A line on stderr that is no error, before there are settings. */
  warn(line: string): void {
    if (this.#stderrForm === 'json') createLog({ level: 'warn', format: 'json' }).warn(line);
    else process.stderr.write(visibleLines([`snowstream: warning: ${line}`]));
  }

  #textReporting(level: SqlSettings['logLevel']): Reporting {
    const progress = terminalProgress(process.stderr);
    this.#endProgress = () => progress.end();
    const write = (line: string): void => progress.step(line.replace(/\n$/u, ''));
    return { onEvent: eventsTo(progress), log: createLog({ level, format: 'text', write }) };
  }

  #toStdout(document: object, lines: readonly string[]): void {
    if (this.#isJson && this.#hasPrinted) return;
    this.#hasPrinted = true;
    process.stdout.write(this.#isJson ? `${visibleJson(document, 2)}\n` : visibleLines(lines));
  }

  #toStderr(error: unknown): void {
    const { code, message, exitCode, javaLog, detail: lines = [] } = documentOf(error);
    if (this.#stderrForm === 'json') {
      const more = {
        ...(javaLog !== undefined && { javaLog }),
        ...(lines.length > 0 && { detail: lines.join('\n') }),
      };
      createLog({ level: 'error', format: 'json' }).error({ code, exitCode, ...more }, message);
    } else {
      const log = javaLog === undefined ? [] : [`snowstream: the log of the Java SDK is ${javaLog}`];
      process.stderr.write(visibleLines([...log, `snowstream: ${message} [${code}]`, ...lines]));
    }
  }

  get #stderrForm(): 'text' | 'json' {
    this.#form ??= this.#formOf(wishedFormat(this.#flags));
    return this.#form;
  }

  #formOf(format: LogFormat): 'text' | 'json' {
    if (format !== 'auto') return format;
    return this.#isJson && !process.stderr.isTTY ? 'json' : 'text';
  }
}

function jsonReporting(level: SqlSettings['logLevel']): Reporting {
  const log = createLog({ level, format: 'json' });
  return { log, onEvent: logProgress(log) };
}

/** Settings that are wrong or missing may still say how errors are to be printed. */
function wishedFormat(flags: Readonly<Record<string, unknown>>): LogFormat {
  try {
    return inspectSettings({ flags }).settings.logFormat ?? 'auto';
  } catch {
    return 'auto';
  }
}

/** An error as --json prints it. */
interface ErrorDocument {
  readonly code: ErrorCode;
  readonly message: string;
  readonly exitCode: ExitCode;
  /** Where the Java SDK may have more to say. */
  readonly javaLog?: string;
  /** Further lines. */
  readonly detail?: readonly string[];
}

/** Errors for which the log of the Java SDK may have more. */
const OF_JAVA = /^(?:JVM_|JAVA_|CHANNEL_|SNOWFLAKE_UNREACHABLE$|UNEXPECTED$)/u;

function documentOf(error: unknown): ErrorDocument {
  const { code, message, exitCode } = renderError(error);
  const javaLog = OF_JAVA.test(code) ? javaLogFile() : undefined;
  const detail = linesOf(error);
  return {
    code,
    message,
    exitCode,
    ...(javaLog !== undefined && { javaLog }),
    ...(detail.length > 0 && { detail }),
  };
}

/** What is printed below the line of an error: every wrong setting, the columns that do not fit, where it comes from. */
function linesOf(error: unknown): string[] {
  const { code, detail = '' } = renderError(error);
  if (code === 'UNEXPECTED') return detail === '' ? [] : detail.split('\n');
  return settingsDetail(error);
}
