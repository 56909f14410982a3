/**
 * Streams MySQL tables into Snowflake through Snowflake's own Java SDK, and proves each load by SQL.
 *
 * The whole job is {@link run}; the parts below it are what a developer who ports a notebook calls one by one,
 * in the order of docs/porting-the-notebook.md.
 *
 * @packageDocumentation
 */

// The JVM and the rows in it.
export { classPath } from './bridge/jars.ts';
export type { JavaHashMap } from './bridge/java-classes.ts';
export type { RowValue } from './bridge/java-value.ts';
export { ensureJvm, type Jvm, type JvmSettings, stopJvm } from './bridge/jvm.ts';
export type { RefusedRow } from './bridge/row-bridge.ts';
export { toHashMap } from './bridge/row-map.ts';
export { checkTable, type TableProof } from './check/check-table.ts';
// The check by SQL.
export { check } from './check/check-tables.ts';
export {
  type ColumnComparison,
  type DifferingKeys,
  type DifferingRows,
  isProven,
  type Proof,
} from './check/proof.ts';
// Settings.
export type { DefineOptions, SettingsDefinition, TableDefinition } from './config/definition.ts';
export { defineSettings, type LoadOptions, loadSettings } from './config/load.ts';
export { type PrivateKey, parsePrivateKey } from './config/private-key.ts';
export type {
  MysqlSettings,
  OnError,
  Settings,
  SnowflakeConnection,
  SnowflakeSettings,
  SnowflakeSqlConnection,
  SnowflakeSqlSettings,
  SqlSettings,
  TableSettings,
} from './config/settings.ts';
// The whole job.
export type { AskOptions } from './ends.ts';
export {
  type ErrorCode,
  type ErrorFacts,
  type ExitCode,
  exitCodeOf,
  type Fault,
  factsOf,
  SnowstreamError,
} from './errors.ts';
// Snowflake's client and its channels.
export { type InsertResponse, type Row, StreamingIngestChannel } from './ingest/classic-channel.ts';
export { StreamingIngestClient, type StreamingIngestClientSettings } from './ingest/classic-client.ts';
export type { ChannelRefusal, ChannelRequest, IngestChannel, IngestEngine } from './ingest/engine.ts';
export type { EmptiedTarget, TableReport } from './load/load-report.ts';
export type { ConfirmRestart } from './load/restart.ts';
export type { RunOptions } from './load/run-options.ts';
export { provenRows, type RunReport } from './load/run-report.ts';
export type { Outcome, TableFailure, TableOutcome } from './load/table-outcome.ts';
export { run } from './pipeline.ts';
export { plan } from './plan/plan-run.ts';
export type { TableOutline } from './plan/table-outline.ts';
export { type Progress, silent } from './progress.ts';
export type { RejectsContent } from './rejects/rejects-content.ts';
export { readRejects } from './rejects/rejects-file.ts';
export { renderError } from './rendered-error.ts';
export { runText } from './report/run-text.ts';
export { type RetryOptions, type RetryReport, retryRejects } from './retry.ts';
export { canonicalName, qualifiedName, quoteIdentifier, type TableName } from './snowflake/identifier.ts';
export { openSession, type SnowflakeSession, type SqlRow } from './snowflake/session.ts';
// SQL on both sides.
export { SnowflakeError } from './snowflake/snowflake-error.ts';
export { Keyset, type KeyValue } from './source/keyset.ts';
export { type ReadRequest, readTable, type SourceBatch } from './source/reader.ts';
export { openSource, type Source } from './source/source.ts';
export { describeTable, describeTables, type SourceTable, type SourceTableName } from './source/table.ts';
export { readUnordered } from './source/unordered.ts';
export { type GoldReport, makeGold } from './transform/gold.ts';
export { createParsePhoneNo } from './transform/parse-phone-no.ts';
export type { ColumnMapping } from './types/column-mapping.ts';
export type { Cell } from './types/mysql-column.ts';
