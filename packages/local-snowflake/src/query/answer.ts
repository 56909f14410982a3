import { rowTypes } from '../results/row-type.ts';
import type { Session } from '../session/session.ts';
import type { QueryOutcome } from './query-log.ts';

/** The address from which a client fetches a chunk. */
export type ChunkUrl = (index: number) => string;

/** The answer to a query as JSON text; the rows are JSON already and are put in as they are. */
export function queryAnswer(
  outcome: QueryOutcome,
  session: Session,
  now: number,
  chunkUrl: ChunkUrl,
): string {
  const { queryId, after } = outcome;
  if (outcome.kind === 'error') {
    const { code, sqlState, message } = outcome.error;
    const data = {
      internalError: false,
      errorCode: code,
      sqlState,
      queryId,
      age: 0,
      type: 'COMPILATION',
      line: -1,
      pos: -1,
    };
    return JSON.stringify({ data, code, message, success: false, headers: null });
  }
  const common = {
    queryId,
    version: 1,
    queryResultFormat: 'json',
    parameters: session.parameters.list(),
    finalDatabaseName: after.database,
    finalSchemaName: after.schema,
    finalWarehouseName: after.warehouse,
    finalRoleName: after.role,
    databaseProvider: null,
    sendResultTime: now,
    queryAbortsAfterSecs: 172_800,
  };
  if (outcome.kind === 'multiple') {
    const data = {
      ...common,
      statementTypeId: 0xa000,
      numberOfBinds: 0,
      arrayBindSupported: false,
      resultIds: outcome.ids.join(','),
      resultTypes: outcome.types.join(','),
      rowtype: rowTypes([
        { name: 'multiple statement execution', type: { kind: 'TEXT', length: 16_777_216 }, nullable: false },
      ]),
      rowset: [['Multiple statements executed successfully.']],
      total: 1,
      returned: 1,
    };
    return JSON.stringify({ data, code: null, message: null, success: true });
  }
  const { statementTypeId, columns, rows, numberOfBinds, arrayBindSupported } = outcome.result;
  const chunks = rows.chunks.map(({ rowCount, uncompressedSize, body }, index) => ({
    url: chunkUrl(index),
    rowCount,
    uncompressedSize,
    compressedSize: body.length,
  }));
  const data = {
    ...common,
    statementTypeId,
    numberOfBinds,
    arrayBindSupported,
    rowtype: rowTypes(columns),
    total: rows.total,
    // Those in chunks count as returned: the Node driver stops after this many.
    returned: rows.total,
    ...(chunks.length > 0 && { chunks, chunkHeaders: { 'x-local-snowflake': 'chunk' } }),
  };
  const json = JSON.stringify(data);
  return `{"data":${json.slice(0, -1)},"rowset":[${rows.inline}]},"code":null,"message":null,"success":true}`;
}
