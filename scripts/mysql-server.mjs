// @ts-check
// An embedded MySQL server: for the demo and the tests as a module, and by hand:
//   node scripts/mysql-server.mjs [--data FOLDER] [--port NUMBER]
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startMySql } from './mysql/server.mjs';

export { mysqlForTests, SHARED_SERVER } from './mysql/test-database.mjs';
export { startMySql };

/** @param {string[]} args */
async function runUntilInterrupted(args) {
  const { values } = parseArgs({ args, options: { data: { type: 'string' }, port: { type: 'string' } } });
  const server = await startMySql({
    ...(values.data ? { dataDir: values.data } : {}),
    ...(values.port ? { port: Number(values.port) } : {}),
  });
  console.log(server.url);
  console.error('Ctrl-C stops it');
  const keepAlive = setInterval(() => {}, 60_000);
  const end = async () => {
    clearInterval(keepAlive);
    await server.stop();
  };
  process.once('SIGINT', end).once('SIGTERM', end);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await runUntilInterrupted(process.argv.slice(2));
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
