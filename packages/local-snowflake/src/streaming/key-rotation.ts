import type { Table } from '../catalog/entities.ts';
import type { EmulatorContext } from '../context.ts';
import { displayTable } from '../protocol/names.ts';
import { ChannelStore } from './channel-store.ts';

/** A table that got a new key. */
export interface RotatedKey {
  readonly database: string;
  readonly schema: string;
  readonly table: string;
  readonly encryption_key_id: number;
}

/**
 * Gives tables a new encryption key each. Clients learn it with the answer to their next registration or open;
 * until then what they send is encrypted with the old key, and is still loaded.
 */
export function rotateKeys(context: EmulatorContext, tables: readonly Table[]): Promise<RotatedKey[]> {
  return context.store.transaction(async (connection) => {
    const channels = new ChannelStore(connection);
    const rotated: RotatedKey[] = [];
    for (const table of tables) {
      const { id } = await channels.rotateKey(table);
      const names = displayTable({ database: table.database, schema: table.schema, table: table.name });
      rotated.push({ ...names, encryption_key_id: id });
    }
    return rotated;
  });
}

/** What is new after a failover. */
export interface FailedOver {
  readonly deployment_id: number;
  readonly replaced: readonly RotatedKey[];
}

/**
 * Behaves from now on as the deployment that an account has failed over to: it has another number, which clients see
 * when they refresh the credentials of their stage, and keys of its own, so that what is encrypted with older ones is
 * not taken. Tables, rows, channels and their offset tokens are those from before.
 */
export function failOver(context: EmulatorContext, tables: readonly Table[]): Promise<FailedOver> {
  return context.store.transaction(async (connection) => {
    const channels = new ChannelStore(connection);
    const replaced: RotatedKey[] = [];
    for (const table of tables) {
      const { id } = await channels.replaceKeys(table);
      const names = displayTable({ database: table.database, schema: table.schema, table: table.name });
      replaced.push({ ...names, encryption_key_id: id });
    }
    return { deployment_id: await channels.changeDeployment(), replaced };
  });
}
