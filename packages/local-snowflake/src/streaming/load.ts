import type { DuckDBConnection } from '@duckdb/node-api';
import { type DataType, storageType } from '../catalog/data-type.ts';
import { type Column, columnSql, type Table, tableSql } from '../catalog/entities.ts';
import { CODE, StatusError } from '../protocol/codes.ts';
import { duckText } from '../store/duck-text.ts';
import { isFilledByServer } from './columns.ts';
import { isDiskFull } from './disk-space.ts';
import type { ParquetFile } from './parquet-file.ts';

/** The column statistics of a chunk, as far as the server needs them. */
export interface ChunkColumns {
  /** Ordinal of each column in the table, by canonical name. */
  readonly ordinals: ReadonlyMap<string, number>;
  /** How many NULLs the column has in the chunk, by canonical name. */
  readonly nullCounts: ReadonlyMap<string, number>;
  readonly rows: number;
}

/**
 * Puts the rows of a chunk into its table, inside the caller's transaction. Columns that were dropped since
 * the channel was opened are ignored, columns that were added stay NULL.
 * @throws StatusError when the table needs a column that the chunk lacks, or the chunk is not what its
 * statistics say.
 */
export async function loadChunk(
  connection: DuckDBConnection,
  table: Table,
  chunk: ChunkColumns,
  file: ParquetFile,
): Promise<void> {
  const places = placeColumns(table, chunk, file);
  const bytes = table.columns.filter((column) => column.type.kind === 'BINARY');
  await file.stripAnnotations(new Set(bytes.flatMap((column) => places.get(column.ordinal) ?? [])));
  const inserted = await connection
    .run(insertStatement(table, places, chunk, file))
    .catch((error: unknown) => {
      throw mayPass(error, file)
        ? error
        : new StatusError(CODE.WRONG_BLOB_FORMAT, undefined, { cause: error });
    });
  if (inserted.rowsChanged !== chunk.rows) throw new StatusError(CODE.INVALID_ROW_COUNT);
}

/**
 * Whether an error of DuckDB's may be gone when the client registers the chunk again: a full disk or memory, an
 * interrupt, a conflict. All others come from the data, by whatever name: those of a damaged Parquet file are errors of
 * input, of ranges, of reading its file, `INTERNAL` ones, or have no class at all, as those of Thrift and zstd.
 */
function mayPass(error: unknown, file: ParquetFile): boolean {
  const message = error instanceof Error ? error.message : String(error);
  if (isDiskFull(error)) return true;
  // That of another file: of the database, or of what DuckDB puts aside.
  if (/^IO Error/.test(message)) return /"[^"]*[\\/][^"]*"/.test(message.replaceAll(file.path, ''));
  return /^(Out of Memory|INTERRUPT|TransactionContext|FATAL) Error|bad_alloc|bad allocation/.test(message);
}

/** The position in the file of each column of the table, by ordinal. */
function placeColumns(table: Table, chunk: ChunkColumns, file: ParquetFile): Map<number, number> {
  const places = new Map<number, number>();
  file.footer.columns.forEach(({ name }, position) => {
    const ordinal = chunk.ordinals.get(name);
    if (ordinal === undefined) throw new StatusError(CODE.INVALID_EP_COLUMN, `There are none for ${name}.`);
    places.set(ordinal, position);
    const column = table.columns.find((each) => each.ordinal === ordinal);
    if (column && !column.nullable && chunk.nullCounts.get(name) !== 0)
      throw new StatusError(CODE.MUST_REOPEN);
  });
  if (table.columns.some((column) => !places.has(column.ordinal) && needsValue(column))) {
    throw new StatusError(CODE.SCHEMA_CHANGED);
  }
  return places;
}

function needsValue(column: Column): boolean {
  return !column.nullable || isFilledByServer(column);
}

/**
 * Columns are taken by position, because Snowflake knows names that DuckDB cannot distinguish (`a`, `"a"`,
 * `""`).
 */
function insertStatement(
  table: Table,
  places: ReadonlyMap<number, number>,
  chunk: ChunkColumns,
  file: ParquetFile,
): string {
  const names = table.columns.map(columnSql);
  const values = table.columns.map((column) => {
    const place = places.get(column.ordinal);
    if (place === undefined) return 'NULL';
    const { name } = file.footer.columns[place] as { name: string };
    const value = checked(`p${place}`, column.type);
    return stored(chunk.nullCounts.get(name) === 0 ? neverNull(`p${place}`, value) : value, column.type);
  });
  const positions = file.footer.columns.map((_, position) => `p${position}`);
  return `INSERT INTO ${tableSql(table)} (${names.join(', ')}) SELECT ${values.join(', ')}
    FROM read_parquet(${duckText(file.path)}) AS chunk(${positions.join(', ')})`;
}

/** Fails for a value that no client writes into a column of the type: the bytes of the file are not what they were. */
function checked(value: string, type: DataType): string {
  const limit = (wrong: string): string =>
    `CASE WHEN ${wrong} THEN error('a value is not of its type') ELSE ${value} END`;
  switch (type.kind) {
    case 'TEXT':
      return limit(`strlen(${value}) > ${type.length} AND length(${value}) > ${type.length}`);
    case 'BINARY':
      return limit(`octet_length(${value}) > ${type.length}`);
    case 'TIME':
      return limit(`${value} < 0 OR ${value} >= 86400`);
    default:
      return value;
  }
}

/** Fails for a NULL where the statistics count none. */
function neverNull(raw: string, value: string): string {
  return `CASE WHEN ${raw} IS NULL THEN error('a value is missing') ELSE ${value} END`;
}

const NANOS_PER_SECOND = '1000000000';

/** The stored form of a value of the file; times come as decimal seconds, with a TZ's offset mixed in. */
function stored(value: string, type: DataType): string {
  switch (type.kind) {
    case 'TIME':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
      return `CAST(${decimal(value, type.scale)} * ${NANOS_PER_SECOND} AS ${storageType(type)})`;
    case 'TIMESTAMP_TZ': {
      // The number under the decimal point: the instant in units of the scale, then 14 bits of the offset in
      // minutes, counted from -1440.
      const units = `CAST(${decimal(value, type.scale)} * ${10 ** type.scale} AS HUGEINT)`;
      const nanos = `(${units} >> 14) * ${10 ** (9 - type.scale)}`;
      const offset = `(${units} & 16383::HUGEINT)::SMALLINT - 1440::SMALLINT`;
      return `CASE WHEN ${value} IS NOT NULL THEN {'ns': ${nanos}, 'tzoff': ${offset}}::${storageType(type)} END`;
    }
    default:
      return `${value}::${storageType(type)}`;
  }
}

function decimal(value: string, scale: number): string {
  return `CAST(${value} AS DECIMAL(38,${scale}))`;
}
