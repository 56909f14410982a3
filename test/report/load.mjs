// A load as the program reports it, at the pace of the letters that come through a socket: `load.mjs DIST TABLES SOCKET`.
// r: rows come; w: a warning; s: a step; f: the tables end, one after the other; q: the end.
import { createServer } from 'node:net';
import { pathToFileURL } from 'node:url';

const [dist = '', tables, socket] = process.argv.slice(2);
const { terminalProgress } = await import(pathToFileURL(`${dist}/report/terminal-progress.js`).href);
const { createLog } = await import(pathToFileURL(`${dist}/log.js`).href);

const progress = terminalProgress(process.stderr);
/** @param {string} line */
const write = (line) => progress.step(line.replace(/\n$/, ''));
const log = createLog({ level: 'info', format: 'text', write });
const names = ['shop.people', 'shop.orders', 'shop.visits'].slice(0, Number(tables));
process.on('SIGINT', () => log.warn('SIGINT: finishing the batch at hand; once more ends at once'));

for (const name of names) progress.begin(name, 500_000);

/** @type {Record<string, () => void>} */
const acts = {
  r: () => {
    for (const name of names) progress.advance(50_000, 6_000_000, name);
  },
  w: () =>
    log.warn(
      { table: 'shop.people' },
      'a row was rejected, and the line that says so is longer than sixty columns',
    ),
  s: () => progress.step('closing channel DWLOAD_CHANNEL'),
  f: () => {
    for (const name of names) progress.finish(name);
    progress.step('checking by SQL on both sides');
  },
  q: () => {
    progress.end();
    process.stdout.write('2 rows proven\n', () => process.exit());
  },
};
createServer((connection) => {
  connection.on('data', (letters) => {
    for (const letter of String(letters)) acts[letter]?.();
  });
}).listen(socket, () => progress.step('ready'));
