/**
 * The steps of a load one by one, for porting a notebook cell by cell, in the order of docs/porting-the-notebook.md:
 * JVM, session, client and channel, rows of MySQL, HashMaps, the gold table.
 *
 * @packageDocumentation
 */

// The JVM and the rows in it.
export { classPath } from './bridge/jars.ts';
export type { JavaHashMap } from './bridge/java-classes.ts';
export type { RowValue } from './bridge/java-value.ts';
export { ensureJvm, type Jvm, type JvmSettings, stopJvm } from './bridge/jvm.ts';
export type { RejectedRow } from './bridge/row-bridge.ts';
export { toHashMap } from './bridge/row-map.ts';
// Settings and errors.
export { type LoadOptions, loadSettings } from './config/load.ts';
export { type PrivateKey, parsePrivateKey } from './config/private-key.ts';
export type {
  MysqlSettings,
  OnError,
  Settings,
  SnowflakeSettings,
  SnowflakeSqlSettings,
  TableSettings,
} from './config/settings.ts';
export { SnowstreamError } from './errors.ts';
// Snowflake's client and its channels.
export { type InsertResponse, type Row, StreamingIngestChannel } from './ingest/classic-channel.ts';
export { StreamingIngestClient, type StreamingIngestClientSettings } from './ingest/classic-client.ts';
export type { ChannelReject, ChannelRequest, IngestChannel, IngestEngine } from './ingest/engine.ts';
export { renderError } from './rendered-error.ts';
// SQL at Snowflake.
export { canonicalName, qualifiedName, quoteIdentifier, type TableName } from './snowflake/identifier.ts';
export { openSession, type SnowflakeSession, type SqlRow } from './snowflake/session.ts';
export { SnowflakeError } from './snowflake/snowflake-error.ts';
// Rows of MySQL.
export type { KeyValue } from './source/key.ts';
export { Keyset } from './source/mysql/keyset.ts';
export { type ReadRequest, readTable } from './source/mysql/reader.ts';
export { type MysqlSession as Source, openMysqlSession as openSource } from './source/mysql/session.ts';
export { describeTable, describeTables } from './source/mysql/table.ts';
export { readUnordered } from './source/mysql/unordered.ts';
export type { SourceBatch } from './source/row-feed.ts';
export type { SourceTable, SourceTableName } from './source/table.ts';
// From the raw table to the gold one.
export { type GoldReport, makeGold } from './transform/gold.ts';
export { createParsePhoneNo } from './transform/parse-phone-no.ts';
export type { Cell } from './types/cell.ts';
