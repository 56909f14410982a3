import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { SnowstreamError } from '../errors.ts';
import type { EmptiedTarget } from '../load/load-report.ts';
import type { ConfirmRestart } from '../load/restart.ts';
import { grouped } from '../report/thousands.ts';
import { visibleLines } from '../terminal-text.ts';

/**
 * Asks at a terminal whether the rows of the targets may be deleted.
 *
 * @param signal ends the question with the error that it holds
 * @returns what throws CONFIG_INVALID for any other answer than `yes`.
 */
export function confirmAt(input: Readable, output: Writable, signal: AbortSignal): ConfirmRestart {
  return async (targets) => {
    output.write(`${visibleLines(deleted(targets))}${QUESTION}`);
    const answer = await lineOf(input, signal);
    signal.throwIfAborted();
    if (answer?.trim() === 'yes') return;
    throw new SnowstreamError(
      'CONFIG_INVALID',
      'the restart was not confirmed with yes, and nothing was deleted',
    );
  };
}

const QUESTION = 'Type yes to delete them and load again: ';

function deleted(targets: readonly EmptiedTarget[]): string[] {
  const lines = targets.map(({ target, rows, otherChannels }) => {
    const others =
      otherChannels.length === 0
        ? ''
        : `, those of other loads too, which will not send them again (channel ${otherChannels.join(', ')})`;
    return `  ${target}: ${rows === 1 ? 'its 1 row' : `all ${grouped(rows)} rows`}${others}`;
  });
  return ['--restart deletes, whichever program wrote them:', ...lines];
}

/** The next line; `undefined` when the input or the signal ends the wait for it. */
async function lineOf(input: Readable, signal: AbortSignal): Promise<string | undefined> {
  // Lines as the terminal gives them: otherwise Ctrl-C would come as a character instead of a signal.
  const lines = createInterface({ input, terminal: false, signal });
  try {
    for await (const line of lines) return line;
    return undefined;
  } finally {
    lines.close();
    // A terminal that is read from keeps the process alive.
    input.pause();
  }
}
