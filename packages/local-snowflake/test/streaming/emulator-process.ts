import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DATABASE, startStreaming } from './emulator.ts';

// The streaming endpoints in a process that can be killed: arguments are the folder and the port. Prints the
// ports of the endpoints and of a second server, which answers `{ table, columns?, select? }` with rows.
const [folder = '', port = '0'] = process.argv.slice(2);
const privateKey = createPrivateKey(readFileSync(join(folder, 'key.pem')));
const keys = { privateKey, publicKey: createPublicKey(privateKey) };
const emulator = await startStreaming({ folder, port: Number(port), keys });

// The test holds the other end; it must not leave us behind when it ends in any way.
process.stdin.resume().on('end', () => process.exit());

const rows = createServer((request, response) => {
  let body = '';
  request.on('data', (data) => {
    body += data;
  });
  request.on('end', async () => {
    const { table: name, columns, select } = JSON.parse(body);
    const existing = emulator.context.catalog.table(DATABASE, 'PUBLIC', name);
    const table = existing ?? (await emulator.createTable(name, columns));
    response.end(JSON.stringify(await emulator.rows(table, select)));
  });
}).listen(0, '127.0.0.1', () => {
  process.stdout.write(`${new URL(emulator.url).port} ${(rows.address() as AddressInfo).port}\n`);
});
