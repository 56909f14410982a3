import type { MysqlSettings } from '../../config/settings.ts';
import type { SnowstreamError } from '../../errors.ts';
import { silent } from '../../progress.ts';
import type { SourceTable, SourceTableName } from '../table.ts';
import type { Encryption } from './connection.ts';
import { openMysqlSession } from './session.ts';
import { MysqlSource } from './source.ts';

/** What a server says when it is asked for no rows. */
export interface Diagnosis {
  /** As `SELECT VERSION()` prints it. */
  readonly version: string;
  readonly encryption: Encryption;
  /** Each table that was asked for, or why it cannot be read. */
  readonly tables: readonly (SourceTable | SnowstreamError)[];
  /** The session, to be closed. */
  readonly source: MysqlSource;
}

/**
 * Connects once and looks at a server and at tables of it. Nothing is warned of: it is in what comes back.
 *
 * @throws SnowstreamError MYSQL_UNREACHABLE, MYSQL_DENIED.
 */
export async function diagnose(
  settings: MysqlSettings,
  names: readonly SourceTableName[],
): Promise<Diagnosis> {
  const session = await openMysqlSession(settings, { retries: 0, progress: silent });
  try {
    const source = new MysqlSource(session, settings);
    const [version] = await session.ask('SELECT VERSION()');
    const tables = names.length === 0 ? [] : await source.describe(names);
    return { version: String(version?.[0]), encryption: session.encryption, tables, source };
  } catch (error) {
    await session.close();
    throw error;
  }
}
