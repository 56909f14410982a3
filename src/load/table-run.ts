import type { Settings } from '../config/settings.ts';
import type { IngestEngine } from '../ingest/engine.ts';
import type { TablePlan } from '../plan/table-plan.ts';
import type { Progress, TableProgress } from '../progress.ts';
import type { RejectsFile } from '../rejects/rejects-file.ts';
import type { SnowflakeSession } from '../snowflake/session.ts';
import type { Source } from '../source/source.ts';
import type { RejectLimit } from './reject-limit.ts';
import type { CommittedRows } from './table-outcome.ts';

/** What the tables of a run share. */
export interface RunParts {
  readonly source: Source;
  readonly snowflake: SnowflakeSession;
  readonly engine: IngestEngine;
  readonly settings: Settings;
  readonly progress: Progress;
  /** The file for rejected rows. */
  readonly rejects?: RejectsFile;
}

/** What one table is loaded with. */
export interface TableRun extends Omit<RunParts, 'progress'> {
  /** A session that no other table has at the time. */
  readonly source: Source;
  readonly plan: TablePlan;
  readonly progress: TableProgress;
  /** How many rows may be rejected, those of other tables among them. */
  readonly limit: RejectLimit;
  /** Called with the committed rows of each channel when the load ends, in success or failure. */
  readonly committed?: (channels: readonly CommittedRows[]) => void;
}
