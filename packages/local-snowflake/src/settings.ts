import type { OAuthClient } from './auth/oauth.ts';

/** The options of the start, with every default filled in. */
export interface EmulatorSettings {
  readonly host: string;
  /** 0 asks for a free port. */
  readonly port: number;
  /** The folder of the database, the key and the password. */
  readonly dataDir: string;
  /** The folder that streaming clients write their blobs to (LOCAL_FS stage). */
  readonly stageDir: string;
  readonly account: string;
  /** Canonical name of the one user. */
  readonly user: string;
  readonly password: string;
  /** The user's public key, PEM. */
  readonly publicKey: string;
  /** Where the private key lies when the emulator made the pair itself. */
  readonly privateKeyPath: string | null;
  readonly oauth: OAuthClient;
  readonly role: string;
  readonly warehouse: string;
  readonly database: string;
  readonly schema: string;
  /** Whether database and schema were asked for: then they are made where other data has them not, too. */
  readonly isNamed?: boolean;
  /** Writes a line for each request to stderr. */
  readonly log: boolean;
}
