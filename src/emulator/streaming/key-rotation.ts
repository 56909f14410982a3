import type { Table } from '../catalog/entities.ts';
import type { EmulatorContext } from '../context.ts';
import { ChannelStore } from './channel-store.ts';
import { displayTable } from './names.ts';

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
