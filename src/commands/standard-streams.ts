import { SnowstreamError } from '../errors.ts';

/**
 * A reader of stdout or stderr that ends early, such as `head`, has read what it wanted: the command goes on without
 * it, and ends as it would have ended.
 *
 * @param onLoss called when lines are lost for another reason, such as a full disk
 */
export function ignoreClosedReaders(onLoss: (error: SnowstreamError) => void): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EPIPE') return;
    onLoss(new SnowstreamError('UNEXPECTED', `stdout cannot be written: ${cause.message}`));
  });
}

/** Waits until everything that was written is with its readers, however slow they are, or its reader is gone. */
export async function drained(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) => new Promise<void>((resolve) => stream.write('', () => resolve())),
    ),
  );
}
