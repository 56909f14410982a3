// @ts-check
// Loads some rows of every class into a local Snowflake while the JVM writes down which classes it loads:
//   node scripts/setup/jvm-cache-training.mjs CLASS-LIST
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [, , list = ''] = process.argv;
const ROWS_A_BATCH = 500;
const BATCHES = 4;
const LIMIT_MS = 180_000;

// A Java call that does not come back would hold up any other way to end.
setTimeout(() => process.kill(process.pid, 'SIGKILL'), LIMIT_MS).unref();

// By their address, so that types come from the sources and a check of types needs no dist/.
const dist = (/** @type {string} */ file) => new URL(`../../dist/${file}`, import.meta.url).href;
/** @type {typeof import('../../src/notebook.ts')} */
const { classPath, ensureJvm, openSession, parsePrivateKey, StreamingIngestClient, stopJvm } = await import(
  dist('notebook.js')
);
/** @type {typeof import('../../packages/local-snowflake/src/index.ts')} */
const { startEmulator } = await import('local-snowflake');

/** A column of each class that rows are made of: its type in Snowflake, and a value as text. */
const CLASSES = /** @type {const} */ ([
  ['Long', 'NUMBER(19,0)', '1'],
  ['BigInteger', 'NUMBER(20,0)', '18446744073709551615'],
  ['BigDecimal', 'NUMBER(18,4)', '1.5000'],
  ['Double', 'FLOAT', '0.5'],
  ['Boolean', 'BOOLEAN', 'true'],
  ['String', 'VARCHAR', 'text'],
  ['String', 'VARIANT', '{"a": [1, "b", null]}'],
  ['bytes', 'BINARY(16)', 'cafe'],
  ['LocalDate', 'DATE', '2020-02-29'],
  ['LocalTime', 'TIME(6)', '12:34:56.789'],
  ['LocalDateTime', 'TIMESTAMP_NTZ(6)', '2020-02-29T12:34:56.789'],
  ['OffsetDateTime', 'TIMESTAMP_TZ(6)', '2020-02-29T12:34:56Z'],
]);

const folder = mkdtempSync(join(tmpdir(), 'jvm-cache-'));
const emulator = await startEmulator({ dataDir: join(folder, 'snowflake') });
try {
  await load();
} finally {
  await emulator.stop();
  stopJvm();
  rmSync(folder, { recursive: true, force: true });
}

async function load() {
  const { privateKeyPath, database, schema } = emulator;
  const privateKey = parsePrivateKey(readFileSync(privateKeyPath, 'utf8'), undefined, privateKeyPath);
  const connection = {
    ...emulator,
    streaming: { type: /** @type {const} */ ('JWT'), privateKey },
    sql: { authenticator: /** @type {const} */ ('SNOWFLAKE_JWT'), privateKey },
  };
  const session = await openSession(connection);
  const definition = CLASSES.map(([, type], index) => `C${index} ${type}`).join(', ');
  await session.execute(`CREATE TABLE TRAINING (${definition})`);
  await session.close();

  const jvm = await ensureJvm({
    classPath: classPath(),
    logFile: join(folder, 'java.log'),
    options: ['-XX:+UseSerialGC', `-XX:DumpLoadedClassList=${list}`],
  });
  const client = await StreamingIngestClient.open(jvm, { name: 'TRAINING', connection, compression: 'ZSTD' });
  const channel = await client.openChannel({
    channel: 'TRAINING',
    table: { database, schema, table: 'TRAINING' },
    onError: 'CONTINUE',
  });
  const columns = CLASSES.map(([java], index) => ({
    key: `C${index}`,
    encoder: { java, text: String },
  }));
  const row = CLASSES.map(([, , value]) => value);
  const rows = Array.from({ length: ROWS_A_BATCH }, () => row);
  for (let batch = 0; batch < BATCHES; batch++) {
    await channel.insertBatch({ rows, columns, offsetToken: String(batch) });
  }
  await channel.close();
  await client.close();
}
