import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** A query's result as a Parquet file. */
export async function makeParquet(
  query: string,
): Promise<{ bytes: Buffer; rows: number; columns: { name: string; nulls: number }[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'parquet-'));
  try {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(`CREATE TABLE t AS ${query}`);
    await connection.run(`COPY t TO '${folder}/t.parquet' (COMPRESSION zstd)`);
    const names = (await connection.runAndReadAll('SELECT * FROM t LIMIT 0')).columnNames();
    const nulls = names.map((name) => `count(*) FILTER ("${name}" IS NULL)`);
    const [counts = []] = (
      await connection.runAndReadAll(`SELECT count(*), ${nulls.join(', ')} FROM t`)
    ).getRows();
    connection.closeSync();
    instance.closeSync();
    return {
      bytes: readFileSync(join(folder, 't.parquet')),
      rows: Number(counts[0]),
      columns: names.map((name, index) => ({ name, nulls: Number(counts[index + 1]) })),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
