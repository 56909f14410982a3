import type { LoadOptions } from './load.ts';
import type { SettingKey, SettingValues } from './schema.ts';
import type { TableEntry } from './table-list.ts';

/** A table in {@link SettingsDefinition}: only `source` is required. */
export interface TableDefinition
  extends Pick<TableEntry, 'source' | 'database' | 'target' | 'channel' | 'key'> {
  /** Only these columns, in this order, under these names: `{ USER_ID: 'customer_id' }`. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Policies of the table, and of single columns under `columns`. */
  readonly policies?: PolicyValues & { readonly columns?: Readonly<Record<string, PolicyValues>> };
}

type PolicyValues = NonNullable<TableEntry['policies']>['table'];

/** Settings that are lists or maps have a form for people; others are their values. */
interface Forms {
  readonly tables: readonly (string | TableDefinition)[];
  readonly columns: Readonly<Record<string, string>>;
  /** `true` for `on`, `false` for `off`. */
  readonly create: boolean | NonNullable<SettingValues['create']>;
}

type Value<Key extends SettingKey> = Key extends keyof Forms ? Forms[Key] : NonNullable<SettingValues[Key]>;

type Section<Name extends 'mysql' | 'snowflake'> = {
  readonly [Key in SettingKey as Key extends `${Name}${infer Rest}` ? Uncapitalize<Rest> : never]?:
    | Value<Key>
    | undefined;
};

type OutsideFile = 'config' | 'snowflakeDefaultConnectionName';

/**
 * Settings as a program writes them: the form of the config file, `snowstream.json`. docs/configuration.md lists them
 * all.
 */
export type SettingsDefinition = {
  readonly mysql?: Section<'mysql'>;
  readonly snowflake?: Omit<Section<'snowflake'>, 'defaultConnectionName'>;
} & {
  readonly [Key in Exclude<SettingKey, OutsideFile | `mysql${string}` | `snowflake${string}`>]?:
    | Value<Key>
    | undefined;
};

/** What {@link SettingsDefinition} is read with. */
export type DefineOptions = Pick<LoadOptions, 'mysql' | 'local' | 'sqlOnly'> & {
  /** What file names are relative to; the current directory when not given. */
  readonly cwd?: string;
};
