import type { SettingKey } from '../schema.ts';
import type { Exposure } from '../text-file.ts';

/** A value as a source gives it, not yet checked. */
export interface Entry {
  readonly key: SettingKey;
  readonly value: unknown;
  /** Its name and place for a person: `SNOWFLAKE_USER in .env`. */
  readonly origin: string;
}

/** What one source of configuration gives. */
export interface Source {
  readonly entries: readonly Entry[];
  /** One line each. */
  readonly problems: readonly string[];
  /** The file that was read, if it was one, and what others could do with it. */
  readonly file?: { readonly path: string } & Exposure;
}

/** A source that has nothing to say. */
export const NOTHING: Source = { entries: [], problems: [] };

/** A source that cannot be used at all. */
export function broken(problem: string): Source {
  return { entries: [], problems: [problem] };
}
