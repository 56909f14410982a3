import { type Connection, type ConnectionOptions, createConnection } from 'mysql2/promise';

/** What a test may write at once, however little the server takes of the sessions that are tested. */
const WRITER_BYTES = 64 * 1024 * 1024;

/**
 * A session that makes tables and rows. Its limit for a packet is set by the server at its beginning, so that it is raised
 * for that moment; sessions that begin later have the server's own limit again.
 */
export async function openWriter(options: ConnectionOptions): Promise<Connection> {
  const raising = await createConnection(options);
  try {
    // Tests that run side by side would take each other's raised limit for the server's own. It goes with the session.
    await raising.query("SELECT GET_LOCK('max_allowed_packet of the tests', 60)");
    const [rows] = await raising.query('SELECT @@global.max_allowed_packet AS bytes');
    const [row] = rows as { readonly bytes: number }[];
    await raising.query(`SET GLOBAL max_allowed_packet = ${WRITER_BYTES}`);
    try {
      return await createConnection(options);
    } finally {
      await raising.query(`SET GLOBAL max_allowed_packet = ${row?.bytes}`);
    }
  } finally {
    await raising.end();
  }
}
