import { afterAll, beforeAll } from 'vitest';
import { Client, startInTemporaryFolder } from './local.ts';

/** A local Snowflake in a folder of its own, and a session there. */
export interface LocalSession {
  readonly emulator: Awaited<ReturnType<typeof startInTemporaryFolder>>;
  readonly client: Client;
}

/**
 * Starts a local Snowflake before the tests of a file, or of a block of it, and ends it behind them.
 *
 * @param take is given the session, and may prepare what the tests need
 */
export function sessionOfFile(take: (session: LocalSession) => unknown): void {
  let session: LocalSession | undefined;
  beforeAll(async () => {
    const emulator = await startInTemporaryFolder();
    session = { emulator, client: await Client.connect(emulator) };
    await take(session);
  });
  afterAll(async () => {
    await session?.client.close();
    await session?.emulator.remove();
  });
}
