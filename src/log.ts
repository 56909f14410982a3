import { type DestinationStream, destination, type Level, type Logger, pino, stdSerializers } from 'pino';
import { redact } from './config/secrets.ts';
import type { LogFormat, LogLevel } from './config/settings.ts';
import { visible, visibleJson } from './terminal-text.ts';

export type { Logger } from 'pino';

/** How and where to log. */
export interface LogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Instead of stderr; takes whole lines. */
  readonly write?: (line: string) => void;
  /** Whether the lines end on a terminal; that of stderr when not given. */
  readonly isTerminal?: boolean;
}

/**
 * Makes the log of the program: JSON lines, or short lines on a terminal, on stderr. Each line is written
 * before the call returns, so none is lost at exit, and every text in it passes through redaction, at whatever
 * depth of a field it is. Names and values in it cannot move the cursor or begin another line.
 *
 * @example const log = createLog({ level: 'info', format: 'auto' }); log.info({ rows: 10_000 }, 'batch sent');
 */
export function createLog({ level, format, write, isTerminal }: LogOptions): Logger {
  const put = write ?? stderrWriter();
  const isShort = format === 'text' || (format === 'auto' && (isTerminal ?? process.stderr.isTTY === true));
  const stream: DestinationStream = {
    write: (line) => {
      const entry = JSON.parse(line, redactValue) as Record<string, unknown>;
      put(`${isShort ? visible(shortLine(entry)) : visibleJson(entry)}\n`);
    },
  };
  return pino({ level, base: null, timestamp: isoTime, serializers: { error: stdSerializers.err } }, stream);
}

// Value by value rather than over the line, so that a line stays JSON even when a password is `true`.
function redactValue(_name: string, value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value === 'number')
    return redact(String(value)) === String(value) ? value : redact(String(value));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [redact(name), inner]));
}

// Opened at the first call only, so that a program that never logs opens nothing.
function stderrWriter(): (line: string) => void {
  const stderr = destination({ fd: 2, sync: true });
  // Nobody reads any more: no reason to end the program.
  stderr.on('error', () => {});
  return (line) => {
    stderr.write(line);
  };
}

function isoTime(): string {
  return `,"time":"${new Date().toISOString()}"`;
}

const NAMES = new Map<unknown, Level>(
  Object.entries(pino.levels.values).map(([name, number]) => [number, name as Level]),
);

/** `12:03:44 warn  row rejected table=people index=7` */
function shortLine({ level, time, msg, ...fields }: Record<string, unknown>): string {
  const clock = String(time).slice(11, 19);
  const parts = [clock, (NAMES.get(level) ?? '').padEnd(5)];
  if (msg !== undefined) parts.push(String(msg));
  for (const [name, value] of Object.entries(fields)) parts.push(`${name}=${shortValue(value)}`);
  return parts.join(' ');
}

function shortValue(value: unknown): string {
  // An error is an object of type, message and stack here; on a terminal the message will do.
  const isError = typeof value === 'object' && value !== null && 'message' in value && 'stack' in value;
  const text = isError ? value.message : value;
  return typeof text === 'string' && /^[^\s"=]+$/u.test(text) ? text : JSON.stringify(text);
}
