import type { MysqlSettings } from '../../src/config/settings.ts';
import { type MysqlSession, openMysqlSession } from '../../src/source/mysql/session.ts';
import { MysqlSource } from '../../src/source/mysql/source.ts';

/** MySQL as a source, which a test can ask in SQL, too. */
export class QueriedSource extends MysqlSource {
  query(...question: Parameters<MysqlSession['query']>): ReturnType<MysqlSession['query']> {
    return this.session.query(...question);
  }
}

export async function openQueriedSource(settings: MysqlSettings): Promise<QueriedSource> {
  return new QueriedSource(await openMysqlSession(settings), settings);
}
