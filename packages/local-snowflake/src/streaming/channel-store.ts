import { randomBytes, randomInt } from 'node:crypto';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { Table } from '../catalog/entities.ts';
import type { ChannelState } from './channel-state.ts';

const TABLES = [
  'CREATE SCHEMA IF NOT EXISTS store.streaming',
  `CREATE TABLE IF NOT EXISTS store.streaming.channel (table_id BIGINT, name VARCHAR,
     client_sequencer BIGINT, row_sequencer BIGINT, offset_token VARCHAR, created_on BIGINT)`,
  'CREATE TABLE IF NOT EXISTS store.streaming.encryption_key (table_id BIGINT, id BIGINT, key VARCHAR)',
  `CREATE TABLE IF NOT EXISTS store.streaming.registered_chunk (table_id BIGINT, path VARCHAR,
     start_offset BIGINT, md5 VARCHAR, registered_on BIGINT)`,
  'CREATE TABLE IF NOT EXISTS store.streaming.deployment (id BIGINT)',
  'CREATE TABLE IF NOT EXISTS store.streaming.former_deployment (id BIGINT)',
];

/** A key that clients encrypt their blobs with. */
export interface EncryptionKey {
  readonly id: number;
  /** Base64. */
  readonly key: string;
}

/** Ids of keys are the table's id in the first generation and so much more in each further one. */
const KEY_GENERATION = 2 ** 32;

/** What identifies a chunk: a client never uses a path twice. */
export interface ChunkIdentity {
  readonly path: string;
  readonly start: number;
  readonly md5: string;
}

/** Makes the tables of this file where they are missing. */
export async function createStreamingTables(connection: DuckDBConnection): Promise<void> {
  for (const sql of TABLES) await connection.run(sql);
  await connection.run(
    'INSERT INTO store.streaming.deployment SELECT $1 WHERE NOT EXISTS (FROM store.streaming.deployment)',
    [BigInt(randomInt(1, 2 ** 31))],
  );
}

/**
 * The channels, keys and registered chunks in the database: what has to commit together with rows. It works
 * on the connection of the caller's transaction.
 */
export class ChannelStore {
  readonly #connection: DuckDBConnection;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** The number by which clients recognize the same server. */
  async deploymentId(): Promise<number> {
    const [row] = await this.#rows('SELECT id FROM store.streaming.deployment', []);
    return Number(row?.[0]);
  }

  /** The numbers that it had before it failed over. */
  async formerDeploymentIds(): Promise<number[]> {
    const rows = await this.#rows('SELECT id FROM store.streaming.former_deployment', []);
    return rows.map(([id]) => Number(id));
  }

  /** The states of the named channels of a table. */
  async channels(table: Pick<Table, 'id'>, names: readonly string[]): Promise<Map<string, ChannelState>> {
    const rows = await this.#rows(
      `SELECT name, client_sequencer, row_sequencer, offset_token FROM store.streaming.channel
       WHERE table_id = $1 AND name IN (${names.map((_, index) => `$${index + 2}`).join(', ')})`,
      [BigInt(table.id), ...names],
    );
    return new Map(
      rows.map(([name, clientSequencer, rowSequencer, offsetToken]) => [
        String(name),
        {
          clientSequencer: Number(clientSequencer),
          rowSequencer: Number(rowSequencer),
          offsetToken: offsetToken === null ? null : String(offsetToken),
        },
      ]),
    );
  }

  /** Writes the state of a new channel; `now` in milliseconds since the epoch. */
  async insert(table: Pick<Table, 'id'>, name: string, state: ChannelState, now: number): Promise<void> {
    await this.#connection.run('INSERT INTO store.streaming.channel VALUES ($1, $2, $3, $4, $5, $6)', [
      BigInt(table.id),
      name,
      BigInt(state.clientSequencer),
      BigInt(state.rowSequencer),
      state.offsetToken,
      BigInt(now),
    ]);
  }

  /** Writes the new state of a channel. */
  async update(table: Pick<Table, 'id'>, name: string, state: ChannelState): Promise<void> {
    await this.#connection.run(
      `UPDATE store.streaming.channel SET client_sequencer = $3, row_sequencer = $4, offset_token = $5
       WHERE table_id = $1 AND name = $2`,
      [BigInt(table.id), name, BigInt(state.clientSequencer), BigInt(state.rowSequencer), state.offsetToken],
    );
  }

  /** Removes a channel. */
  async remove(table: Pick<Table, 'id'>, name: string): Promise<void> {
    await this.#connection.run('DELETE FROM store.streaming.channel WHERE table_id = $1 AND name = $2', [
      BigInt(table.id),
      name,
    ]);
  }

  /** Removes all that is known about a table that ends. */
  async removeTable(table: Pick<Table, 'id'>): Promise<void> {
    for (const name of ['channel', 'encryption_key', 'registered_chunk']) {
      await this.#connection.run(`DELETE FROM store.streaming.${name} WHERE table_id = $1`, [
        BigInt(table.id),
      ]);
    }
  }

  /** The key that new blobs for the table are to be encrypted with, made at first use. */
  async key(table: Pick<Table, 'id'>): Promise<EncryptionKey> {
    return (await this.keys(table)).at(-1) ?? this.#addKey(table, 0);
  }

  /** All keys that the table ever had, the newest last; none when no channel of it was ever opened. */
  async keys(table: Pick<Table, 'id'>): Promise<EncryptionKey[]> {
    const rows = await this.#rows(
      'SELECT id, key FROM store.streaming.encryption_key WHERE table_id = $1 ORDER BY id',
      [BigInt(table.id)],
    );
    return rows.map(([id, key]) => ({ id: Number(id), key: String(key) }));
  }

  /** Gives the table a new key; blobs that were encrypted with an older one can still be read. */
  async rotateKey(table: Pick<Table, 'id'>): Promise<EncryptionKey> {
    const newest = (await this.keys(table)).at(-1);
    return this.#addKey(table, newest === undefined ? 0 : Math.floor(newest.id / KEY_GENERATION) + 1);
  }

  /** Gives the table a new key in place of all others: blobs that were encrypted with those cannot be read. */
  async replaceKeys(table: Pick<Table, 'id'>): Promise<EncryptionKey> {
    const made = await this.rotateKey(table);
    await this.#connection.run(
      'DELETE FROM store.streaming.encryption_key WHERE table_id = $1 AND id <> $2',
      [BigInt(table.id), BigInt(made.id)],
    );
    return made;
  }

  /** Has clients find another deployment when they ask the next time. */
  async changeDeployment(): Promise<number> {
    const id = randomInt(1, 2 ** 31);
    await this.#connection.run(
      'INSERT INTO store.streaming.former_deployment SELECT id FROM store.streaming.deployment',
    );
    await this.#connection.run('UPDATE store.streaming.deployment SET id = $1', [BigInt(id)]);
    return id;
  }

  /** Whether this very chunk was committed before. */
  async isRegistered(table: Pick<Table, 'id'>, chunk: ChunkIdentity): Promise<boolean> {
    const rows = await this.#rows(
      `SELECT 1 FROM store.streaming.registered_chunk
       WHERE table_id = $1 AND path = $2 AND start_offset = $3 AND md5 = $4`,
      [BigInt(table.id), chunk.path, BigInt(chunk.start), chunk.md5],
    );
    return rows.length > 0;
  }

  /** Remembers a chunk as committed; `now` in milliseconds since the epoch. */
  async markRegistered(table: Pick<Table, 'id'>, chunk: ChunkIdentity, now: number): Promise<void> {
    await this.#connection.run('INSERT INTO store.streaming.registered_chunk VALUES ($1, $2, $3, $4, $5)', [
      BigInt(table.id),
      chunk.path,
      BigInt(chunk.start),
      chunk.md5,
      BigInt(now),
    ]);
  }

  /** Forgets the chunks that were committed before that time. */
  async forgetChunks(before: number): Promise<void> {
    await this.#connection.run('DELETE FROM store.streaming.registered_chunk WHERE registered_on < $1', [
      BigInt(before),
    ]);
  }

  async #addKey(table: Pick<Table, 'id'>, generation: number): Promise<EncryptionKey> {
    // A table's id is never used again, so the key of a replaced table is not taken for that of its successor.
    const made = { id: generation * KEY_GENERATION + table.id, key: randomBytes(16).toString('base64') };
    await this.#connection.run('INSERT INTO store.streaming.encryption_key VALUES ($1, $2, $3)', [
      BigInt(table.id),
      BigInt(made.id),
      made.key,
    ]);
    return made;
  }

  async #rows(sql: string, values: DuckDBValue[]): Promise<DuckDBValue[][]> {
    return (await this.#connection.runAndReadAll(sql, values)).getRows();
  }
}
