import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { kept } from '../data-folder.ts';

/** The token of the admin API, made at the first start and kept where only its owner can read it. */
export function adminToken(dataDir: string): string {
  return kept(join(dataDir, 'admin_token'), () => randomBytes(24).toString('base64url')).trim();
}
