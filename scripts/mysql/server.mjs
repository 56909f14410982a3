// @ts-check
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { local } from '../setup/places.mjs';
import { baseOptions, embeddedServer, NO_EMBEDDED_SERVER } from './embedded.mjs';

const USER = 'snowstream';
const DATABASE = 'demo';
const START_TIMEOUT_MS = 90_000;

/**
 * @typedef {object} MySqlServerFields
 * @property {string} url      `mysql://user:password@127.0.0.1:port/database`
 * @property {string} host
 * @property {number} port
 * @property {string} user
 * @property {string} password new at each start
 * @property {string} database exists, and is empty in a fresh data folder
 * @property {number} pid      of the server process itself
 * @property {string} dataDir  absolute path
 * @property {() => Promise<void>} stop shuts it down and waits for that; may be called twice
 *
 * @typedef {MySqlServerFields & AsyncDisposable} MySqlServer `await using` stops it
 */

/**
 * Starts the embedded MySQL-compatible server on 127.0.0.1, in about a second. It ends with this process, however
 * this process ends, and does not keep it alive.
 *
 * @param {object} [options]
 * @param {string} [options.dataDir] kept and used again by a later start; without it the data goes with the server
 * @param {number} [options.port] a free one is taken by default
 * @param {{ ca: string, cert: string, key: string }} [options.tls] PEM files for TLS, which it lacks without them
 * @returns {Promise<MySqlServer>}
 * @throws {Error} when set-up has not fetched the server, or it does not start; the message holds its last lines
 * @example
 * await using mysql = await startMySql();
 * const connection = await createConnection(mysql.url);
 */
export async function startMySql({ dataDir, port, tls } = {}) {
  const server = embeddedServer();
  if (!server) throw new Error(NO_EMBEDDED_SERVER);
  if (!existsSync(server.template)) {
    throw new Error('the embedded MySQL server is not set up; run: npm run setup -- --demo');
  }

  // A free port may be taken by somebody else before the server binds it.
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(server, dataDir && resolve(dataDir), port ?? (await freePort()), tls);
    } catch (error) {
      const taken = error instanceof Error && error.message.includes('Bind on TCP/IP port');
      if (!taken || port !== undefined || attempt === 3) throw error;
    }
  }
}

/**
 * @param {import('./embedded.mjs').EmbeddedServer} server
 * @param {string | undefined} kept
 * @param {number} port
 * @param {{ ca: string, cert: string, key: string }} [tls]
 * @returns {Promise<MySqlServer>}
 */
async function startOn(server, kept, port, tls) {
  const dataDir = kept ?? (await temporaryFolder());
  if (!existsSync(join(dataDir, 'mysql'))) await cp(server.template, dataDir, { recursive: true });

  // A server that starts removes what it takes for its own leavings from a folder that it shares with others:
  // their temporary tables.
  const temporary = join(dataDir, 'tmp');
  await mkdir(temporary, { recursive: true });

  const password = randomBytes(12).toString('hex');
  const initFile = join(dataDir, `init-${randomBytes(4).toString('hex')}.sql`);
  await writeFile(initFile, accountSql(password), { mode: 0o600 });

  const order = {
    command: join(server.home, server.daemon),
    args: [
      ...baseOptions(server.home, dataDir),
      `--tmpdir=${temporary}`,
      '--ignore-db-dirs=tmp',
      ...serverOptions(port, initFile),
      ...(tls ? ['--ssl', `--ssl-ca=${tls.ca}`, `--ssl-cert=${tls.cert}`, `--ssl-key=${tls.key}`] : []),
    ],
    initFile,
    ...(kept ? {} : { removeAfter: dataDir }),
  };
  // A session of its own, so that Ctrl-C in a terminal reaches this process only, which then decides.
  const supervisor = spawn(
    process.execPath,
    [fileURLToPath(new URL('./supervisor.mjs', import.meta.url)), JSON.stringify(order)],
    { stdio: ['pipe', 'pipe', 'ignore'], detached: true, windowsHide: true },
  );
  const ended = new Promise((done) => supervisor.once('exit', done));
  const stop = async () => {
    supervisor.ref();
    supervisor.stdin.end();
    await ended;
  };

  const pid = await untilReady(supervisor, stop);
  supervisor.once('exit', (_code, signal) => {
    // Somebody killed the supervisor, so nobody else would end the server.
    if (signal) process.kill(pid, 'SIGKILL');
  });
  supervisor.unref();
  for (const stream of [supervisor.stdin, supervisor.stdout]) {
    if ('unref' in stream && typeof stream.unref === 'function') stream.unref();
  }
  const host = '127.0.0.1';
  return {
    url: `mysql://${USER}:${password}@${host}:${port}/${DATABASE}`,
    host,
    port,
    user: USER,
    password,
    database: DATABASE,
    pid,
    dataDir,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/**
 * @param {import('node:child_process').ChildProcessByStdio<import('node:stream').Writable, import('node:stream').Readable, null>} supervisor
 * @param {() => Promise<void>} stop
 * @returns {Promise<number>} the server's process id
 */
async function untilReady(supervisor, stop) {
  const timer = setTimeout(() => void stop(), START_TIMEOUT_MS);
  try {
    for await (const line of createInterface({ input: supervisor.stdout })) {
      const message = JSON.parse(line);
      if (message.ready) return message.pid;
      throw new Error(whyNotStarted(message.log));
    }
    throw new Error(`the embedded MySQL server was not ready within ${START_TIMEOUT_MS / 1000} s`);
  } finally {
    clearTimeout(timer);
  }
}

/** @param {string[]} log the server's last lines */
function whyNotStarted(log) {
  const errors = log.filter((line) => line.includes('[ERROR]'));
  const inUse = errors.some((line) => line.includes("Can't lock"))
    ? ': another server uses its data folder'
    : '';
  return [`the embedded MySQL server did not start${inUse}`, ...(errors.length > 0 ? errors : log)].join(
    '\n  ',
  );
}

/**
 * @param {number} port
 * @param {string} initFile
 * @returns {string[]}
 */
function serverOptions(port, initFile) {
  return [
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    // Relative to the data folder: an absolute one may be longer than the 107 bytes a socket's name can have.
    '--socket=mysql.sock',
    '--pid-file=mysql.pid',
    `--init-file=${initFile}`,
    '--skip-name-resolve',
    '--skip-log-bin',
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_unicode_ci',
    '--default-time-zone=+00:00',
    '--local-infile=1',
    // The server's own default of 16 MB for max_allowed_packet, as users have it, unless tests ask for another.
    ...(process.env.TEST_MYSQL_PACKET ? [`--max-allowed-packet=${process.env.TEST_MYSQL_PACKET}`] : []),
    '--innodb-buffer-pool-size=256M',
    '--innodb-log-file-size=64M',
    // The data can be made again, so a commit need not wait for the disk.
    '--innodb-flush-log-at-trx-commit=2',
  ];
}

/** @param {string} password */
function accountSql(password) {
  const account = `'${USER}'@'127.0.0.1'`;
  return [
    `CREATE DATABASE IF NOT EXISTS ${DATABASE};`,
    `CREATE OR REPLACE USER ${account} IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION;`,
    '',
  ].join('\n');
}

async function temporaryFolder() {
  const parent = join(local, 'mysql');
  await mkdir(parent, { recursive: true });
  return mkdtemp(join(parent, 'tmp-'));
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
