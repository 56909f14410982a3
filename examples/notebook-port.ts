// The Python notebook, step for step in its own order: npm run example
// docs/porting-the-notebook.md puts each of its cells beside the lines here.
import {
  type Cell,
  canonicalName,
  classPath,
  describeTable,
  ensureJvm,
  Keyset,
  loadSettings,
  makeGold,
  openSession,
  openSource,
  qualifiedName,
  readTable,
  StreamingIngestClient,
  stopJvm,
  toHashMap,
} from 'snowflake-streaming-api-node/notebook';

// 1. Credentials: snowflake_env_login_creds.json in the current directory, as the notebook has it.
const settings = loadSettings({ flags: { table: ['people_100k'] } });
const { database, schema, table } = settings.tables[0]?.target ?? { database: '', schema: '', table: '' };
const raw = {
  database: canonicalName(database),
  schema: canonicalName(schema),
  table: canonicalName(table),
};

// 2. The class path and the JVM: jnius_config.set_classpath(…) and autoclass(…).
const jvm = await ensureJvm({ classPath: classPath(), logFile: settings.javaLogFile });

// 3. Snowpark's session, here npm snowflake-sdk.
const session = await openSession(settings.snowflake);
await session.execute(
  `CREATE OR REPLACE TABLE ${qualifiedName(raw)} (customer_id VARCHAR, email VARCHAR, phone VARCHAR, date_of_birth VARCHAR)`,
);

// 4. The client and the channel.
const client = await StreamingIngestClient.open(jvm, {
  name: 'CLIENT_FOR_SQLDWLOAD',
  connection: settings.snowflake,
});
const channel = await client.openChannel({ channel: 'DWLOAD_CHANNEL', table: raw, onError: 'CONTINUE' });
console.log(`Channel valid: ${channel.isValid()}`);

// 5. Select * from people_100k, a page at a time instead of a data frame of all.
const pipelineStart = performance.now();
const source = await openSource(settings.mysql);
const people = await describeTable(source, settings.mysql.database ?? '', 'people_100k');
const pages = readTable(source, {
  table: people,
  keyset: new Keyset(people.key),
  expressions: ['USER_ID', 'EMAIL', 'PHONE', 'DATE_OF_BIRTH'],
  batchRows: 10_000,
});

// 6. A HashMap a row, and bulk_rows; the offset token is the last ROW_INDEX instead of "0".
const ingestStart = performance.now();
let records = 0;
for await (const { rows, lastKey } of pages) {
  const bulkRows = rows.map(([userId, email, phone, dateOfBirth]) =>
    toHashMap(jvm, {
      customer_id: text(userId),
      email: text(email),
      phone: text(phone),
      date_of_birth: text(dateOfBirth),
    }),
  );
  const response = await channel.insertRows(bulkRows, lastKey.join());
  if (response.hasErrors()) console.log(`Rejected: ${response.rejected[0]?.message}`);
  records += bulkRows.length;
}

// 7. channel.close().get(), then the committed offset token.
await channel.close();
console.log(`Channel closed: ${channel.isClosed()}`);
console.log(`Time to ingest ${records} records: ${seconds(ingestStart)} s`);
console.log(`Committed offset token: ${await channel.getLatestCommittedOffsetToken()}`);
console.log(`Pipeline time: ${seconds(pipelineStart)} s`);

// 8. The count of the raw table.
const [counted] = await session.execute(`SELECT COUNT(*) AS N FROM ${qualifiedName(raw)}`);
console.log(`Records in raw: ${counted?.N}`);

// 9. parse_phone_no as a UDF, the gold table, and its count.
const gold = await makeGold(session, raw, 'sf_customer_gold');
console.log(`Records in gold: ${gold.rows} (transformed in ${gold.seconds.toFixed(2)} s)`);

// 10. Everything Java is closed before the JVM is stopped; without it Node would not end.
await client.close();
await session.close();
await source.close();
stopJvm();

/** NULL stays null; everything else is text. */
function text(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell);
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(2);
}
