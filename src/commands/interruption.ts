import { SnowstreamError } from '../errors.ts';

/** Milliseconds in which a second signal is still the first: on Ctrl-C the terminal sends one and npm another. */
const ONE_PRESS = 500;

/** Watches for SIGINT and SIGTERM until it is disposed. */
export interface Interruption extends Disposable {
  /** Aborted by the first signal, with the error that the run then ends with. */
  readonly signal: AbortSignal;
}

/** What is printed when a signal comes, and what follows the name of the signal in the end. */
interface Endings {
  readonly ending: string;
  readonly outcome: string;
}

const OF_A_LOAD: Endings = {
  ending: 'finishing the batch at hand',
  outcome: ': the next run resumes after the last committed row',
};

/** Of a command that only asks. */
export const OF_A_QUESTION: Endings = { ending: 'stopping', outcome: '' };

/**
 * The first signal ends the run in good order: what is in the channel is committed. The second ends the process
 * at once; a later run resumes after the last committed row either way.
 *
 * @param atOnce called before the second ends the process
 */
export function interruption(
  warn: (line: string) => void,
  { ending, outcome }: Endings = OF_A_LOAD,
  atOnce: () => void = () => {},
): Interruption {
  const controller = new AbortController();
  let first = 0;
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      if (performance.now() - first < ONE_PRESS) return;
      stopListening();
      atOnce();
      process.kill(process.pid, name);
      return;
    }
    first = performance.now();
    warn(`${name}: ${ending}; once more ends at once`);
    const code = name === 'SIGINT' ? 'INTERRUPTED' : 'TERMINATED';
    controller.abort(new SnowstreamError(code, `stopped by ${name}${outcome}`));
  };
  const stopListening = (): void => {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return { signal: controller.signal, [Symbol.dispose]: stopListening };
}
