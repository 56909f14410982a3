import { expect, test } from 'vitest';
import { Field } from './field.ts';
import { expectWithin, sized } from './size.ts';
import { numbered, type Workload } from './workload.ts';

/** Rows that are committed before; the next runs have to go on behind them. */
const COMMITTED = 500;

const FAULTS = [
  // The SDK takes a row that it has no memory for as a bad one, and would commit those behind it.
  { table: 'huge', rows: 8, chars: 6_000_000, heap: '40m', batchRows: 1 },
  // node-java aborts the process where the JVM has no memory for the text of a batch.
  { table: 'huge', rows: 8, chars: 6_000_000, heap: '32m', batchRows: 250 },
  // Here it strikes anywhere, also in threads of the SDK's, which gives the channel up or says nothing.
  { table: 'many', rows: 3_000, chars: 10_000, heap: '40m', batchRows: 250 },
];

const CHOSEN = FAULTS.slice(0, sized(2, FAULTS.length));

test('row 12: Java has no memory left', { timeout: 300_000 }, async () => {
  await using field = await Field.open();
  const loads = new Map<string, Workload>();
  let longest = 0;
  for (const { table, heap, batchRows, ...size } of CHOSEN) {
    const load = loads.get(table) ?? (await halfLoaded(field, table, size));
    loads.set(table, load);
    const small = ['--jvm-memory', heap, '--batch-rows', String(batchRows)];
    const { code, stderr, seconds } = await field.start(load, ...small).ended;
    expect(stderr).toMatch(
      /\nsnowstream: Java's heap is full: .*--jvm-memory.*--batch-rows.*--channels or --parallel-tables \[JVM_MEMORY\]\n$/,
    );
    expect(stderr).not.toMatch(/^(?:Exception|\tat) /m);
    expect(code).toBe(1);
    longest = Math.max(longest, seconds);
  }
  expectWithin(longest, 60);
  for (const load of loads.values()) {
    await field.complete(load);
    await field.expectExactlyOnce(load, {
      row: 12,
      fault: `Java has no memory left (${load.table} rows)`,
      injected: CHOSEN.filter(({ table }) => table === load.table).length,
      note: `ended ${longest.toFixed(1)} s after its start at most`,
    });
  }
});

/** A table whose first rows are narrow, and committed, and whose others have a body of about so many characters. */
async function halfLoaded(
  field: Field,
  table: string,
  { rows, chars }: { rows: number; chars: number },
): Promise<Workload> {
  const { admin } = field.mysql;
  const load = await numbered(field.mysql, table, COMMITTED + rows);
  await admin.query(`ALTER TABLE ${table} ADD body LONGTEXT`);
  await admin.query(`CREATE TABLE later AS SELECT * FROM ${table} WHERE id > ${COMMITTED}`);
  await admin.query(`DELETE FROM ${table} WHERE id > ${COMMITTED}`);
  const whole = { ...load, columns: [...load.columns, { source: 'body', target: 'body' }] };
  await field.complete(whole);
  // No two bodies are alike: a dictionary would make them small.
  await admin.query(
    `INSERT INTO ${table} SELECT id, name, note, amount, at, bytes,
      CONCAT(id, REPEAT(SHA2(id, 512), ${chars / 128})) FROM later`,
  );
  await admin.query('DROP TABLE later');
  return whole;
}
