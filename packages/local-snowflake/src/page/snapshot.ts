import { displayType } from '../catalog/data-type.ts';
import type { Schema, Table } from '../catalog/entities.ts';
import { displayName } from '../catalog/identifier.ts';
import type { EmulatorContext } from '../context.ts';
import type { FaultState, Faults } from '../faults/faults.ts';
import type { Query, QueryLog } from '../query/query-log.ts';
import { STATEMENT_TYPE } from '../statement/result.ts';
import { visible } from '../terminal-text.ts';
import { channelRows, rowCounts } from './counts.ts';

/** Longer texts of statements and errors are cut, so that an answer stays small whatever was run. */
const TEXT_LIMIT = 4_000;
const SHOWN_QUERIES = 100;

/** What the page shows of a table or view. */
export interface TableView {
  /** Stays while the table is this very table. */
  readonly id: number;
  readonly name: string;
  readonly kind: 'table' | 'view';
  /** Null for views, and for tables beyond the number that is counted each time. */
  readonly rows: number | null;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[];
}

/** What the page shows of a streaming channel. */
export interface ChannelView {
  readonly table: string;
  readonly name: string;
  readonly clientSequencer: number;
  readonly rowSequencer: number;
  readonly offsetToken: string | null;
}

/** What the page shows of a query. */
export interface QueryView {
  readonly id: string;
  readonly sql: string;
  readonly status: 'running' | 'done' | 'failed';
  readonly startedOn: number;
  /** Milliseconds, so far for one that runs. */
  readonly took: number;
  /** Rows of the result, or rows that a statement changed. */
  readonly rows: number | null;
  readonly error: string | null;
}

/** What the page shows of a fault on demand. */
export interface FaultView {
  readonly id: number;
  readonly rule: string;
  readonly seen: number;
  readonly injected: number;
}

/** All that the page shows. No secret is part of it: neither the password nor a key. */
export interface Snapshot {
  /** Milliseconds since the epoch, both. */
  readonly now: number;
  readonly startedOn: number;
  readonly databases: readonly {
    readonly name: string;
    readonly schemas: readonly { readonly name: string; readonly tables: readonly TableView[] }[];
  }[];
  readonly channels: readonly ChannelView[];
  /** More channels than are listed. */
  readonly moreChannels: number;
  readonly queries: readonly QueryView[];
  readonly faults: { readonly seed: number; readonly rules: readonly FaultView[] };
}

/** What the snapshot is taken of. */
export interface Observed {
  readonly context: EmulatorContext;
  readonly log: QueryLog;
  readonly faults: Faults;
  /** Milliseconds since the epoch. */
  readonly startedOn: number;
}

/** Looks at everything once. */
export async function takeSnapshot({ context, log, faults, startedOn }: Observed): Promise<Snapshot> {
  const { catalog, store, clock } = context;
  const databases = [...catalog.databases.values()];
  const tables = databases
    .flatMap(({ schemas }) => [...schemas.values()])
    .flatMap((schema) => [...schema.tables.values()]);
  const { counts, channels, total } = await store.read(async (connection) => ({
    counts: await rowCounts(connection, tables),
    ...(await channelRows(connection)),
  }));
  const known = channels.flatMap((channel) => {
    const table = catalog.tableById(channel.tableId);
    return table ? [{ ...channel, table: fullName(table) }] : [];
  });
  return {
    now: clock.now(),
    startedOn,
    databases: databases.map(({ name, schemas }) => ({
      name: displayName(name),
      schemas: [...schemas.values()].map((schema) => schemaView(schema, counts)),
    })),
    channels: known.map(({ table, name, clientSequencer, rowSequencer, offsetToken }) => ({
      ...{ table, name, clientSequencer, rowSequencer },
      offsetToken: offsetToken === null ? null : cut(offsetToken),
    })),
    moreChannels: total - channels.length,
    queries: log.recent().slice(0, SHOWN_QUERIES).map(queryView),
    faults: { seed: faults.seed, rules: faults.list().map(faultView) },
  };
}

function fullName({ database, schema, name }: Table): string {
  return [database, schema, name].map(displayName).join('.');
}

function schemaView(
  schema: Schema,
  counts: ReadonlyMap<number, number>,
): Snapshot['databases'][0]['schemas'][0] {
  const tables = [...schema.tables.values()].map((table) => ({
    id: table.id,
    name: displayName(table.name),
    kind: table.view ? ('view' as const) : ('table' as const),
    rows: counts.get(table.id) ?? null,
    columns: table.columns.map(({ name, type, nullable }) => ({
      name: displayName(name),
      type: displayType(type),
      nullable,
    })),
  }));
  return { name: displayName(schema.name), tables };
}

function queryView(query: Query): QueryView {
  const { id, sql, startedOn, settled, took } = query;
  const error = settled?.kind === 'error' ? `${settled.error.code}: ${settled.error.message}` : null;
  return {
    id,
    sql: cut(sql),
    status: settled === null ? 'running' : error === null ? 'done' : 'failed',
    startedOn,
    took,
    rows: rowsOf(settled),
    error: error === null ? null : cut(error),
  };
}

function rowsOf(settled: Query['settled']): number | null {
  if (settled?.kind !== 'result') return null;
  const { statementTypeId, rows } = settled.result;
  const kind = statementTypeId & 0xf000;
  const { SELECT, INSERT, SHOW, DESCRIBE } = STATEMENT_TYPE;
  if (kind === SELECT || statementTypeId === SHOW || statementTypeId === DESCRIBE) return rows.total;
  // DML answers one row of counts; DDL and the like one row that says that it is done.
  if (kind !== (INSERT & 0xf000)) return null;
  const counts = JSON.parse(rows.inline || '[]') as unknown[];
  return counts.reduce<number>((sum, count) => sum + Number(count), 0);
}

function faultView({ id, rule, seen, injected }: FaultState): FaultView {
  // As the flag --faults writes it.
  const { endpoint, kind, ...options } = rule;
  const shown = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return VALUES_OF_KINDS.includes(name) ? [] : [`:${name}=${value}`];
  });
  const value = VALUES_OF_KINDS.flatMap((name) => (name in options ? [`=${Object(options)[name]}`] : []));
  return { id, rule: [endpoint, ':', kind, ...value, ...shown].join(''), seen, injected };
}

/** What a kind of fault is given besides its options: `code=7`, `http=503`, `delay=200`. */
const VALUES_OF_KINDS = ['code', 'status', 'ms'];

/** Texts of several lines, which the page shows in a place of their own. */
const BLOCKS = new Set(['sql', 'error']);

/** The same with its texts as a browser may show them: characters that it obeys or does not show by their number. */
export function visibleSnapshot(snapshot: Snapshot): Snapshot {
  return JSON.parse(JSON.stringify(snapshot), (name, value: unknown) => {
    if (typeof value !== 'string') return value;
    if (!BLOCKS.has(name)) return visible(value);
    return value.replace(/[^\r\n\t]+|\r(?!\n)/gu, visible);
  }) as Snapshot;
}

function cut(text: string): string {
  return text.length <= TEXT_LIMIT ? text : `${text.slice(0, TEXT_LIMIT)}… (${text.length} characters)`;
}
