// @ts-check
// node --expose-gc bench/ledger.mjs [BATCHES]
// What the ledger of a channel costs a batch, from the first to the last of 400,000: time in µs by tenths, and memory.
const { BatchLedger } = await import(new URL('../dist/load/batch-ledger.js', import.meta.url).href);

const batches = Number(process.argv[2] ?? 400_000);
/** Batches between two looks at the committed token, and those that are not committed then. */
const [FOLD, UNCOMMITTED] = [256, 100];
const token = (/** @type {number} */ number) => `3.load.9f1c2ab04d77.1.5ad70c3e9f10.whole.~${number}`;
const heap = () => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

const ledger = new BatchLedger(null);
const before = heap();
const tenths = [];
for (let tenth = 0; tenth < 10; tenth += 1) {
  const started = performance.now();
  for (let at = 1; at <= batches / 10; at += 1) {
    const number = (tenth * batches) / 10 + at;
    ledger.add({ offsetToken: token(number), rows: 2500, bytes: 100_000, rejected: [], replaced: [] });
    // The limit of rejected rows is compared for each batch.
    if (ledger.rejectedRows > 0) throw new Error('no row was rejected');
    if (number % FOLD === 0) ledger.fold(token(number - UNCOMMITTED));
  }
  tenths.push((((performance.now() - started) * 1000) / (batches / 10)).toFixed(2));
}
const megabytes = ((heap() - before) / 1e6).toFixed(2);
console.log(`${ledger.rows} rows in ${batches} batches: ${tenths.join(', ')} µs a batch, ${megabytes} MB`);
