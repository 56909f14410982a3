/**
 * Streams MySQL tables into Snowflake through Snowflake's own Java SDK, and proves each load by SQL: {@link run},
 * {@link check}, {@link plan} and {@link retryRejects}, with settings of {@link loadSettings} or {@link defineSettings}.
 * What a developer who ports a notebook calls step by step is in `snowflake-streaming-api-node/notebook`.
 *
 * @packageDocumentation
 */

export { stopJvm } from './bridge/jvm.ts';
export type { TableProof } from './check/check-table.ts';
export { check } from './check/check-tables.ts';
export {
  type ColumnComparison,
  type DifferingKeys,
  type DifferingRows,
  isProven,
  type Proof,
} from './check/proof.ts';
export type { DefineOptions, SettingsDefinition, TableDefinition } from './config/definition.ts';
export { defineSettings, type LoadOptions, loadSettings } from './config/load.ts';
export type {
  LocalSettings,
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
export { withSnowflake } from './config/settings.ts';
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
export type { EmptiedTarget, TableReport } from './load/load-report.ts';
export type { ConfirmRestart } from './load/restart.ts';
export type { RunOptions } from './load/run-options.ts';
export { provenRows, type RunReport } from './load/run-report.ts';
export type { CommittedRows, TableFailure, TableOutcome } from './load/table-outcome.ts';
export { run } from './pipeline.ts';
export { plan } from './plan/plan-run.ts';
export type { TableOutline } from './plan/table-outline.ts';
export type { OnEvent, Outcome, RunEvent } from './progress.ts';
export type { RejectsContent } from './rejects/rejects-content.ts';
export { readRejects } from './rejects/rejects-file.ts';
export { renderError } from './rendered-error.ts';
export { runText } from './report/run-text.ts';
export { type RetryOptions, type RetryReport, retryRejects } from './retry-rejects.ts';
export { SnowflakeError } from './snowflake/snowflake-error.ts';
export type { KeyValue } from './source/key.ts';
export type { GoldReport } from './transform/gold.ts';
export type { ColumnMapping } from './types/column-mapping.ts';
