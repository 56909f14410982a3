import type { MysqlSsl } from './settings.ts';

/** What the parameters of a URL demand of the encryption. */
export interface Demands {
  /** Absent when they demand nothing. */
  readonly mode?: MysqlSsl;
  /** The parameters that were understood. */
  readonly names: ReadonlySet<string>;
}

type Reading = ReadonlyMap<string, MysqlSsl | undefined>;

const ON_OFF: Reading = new Map<string, MysqlSsl | undefined>([
  ['true', 'required'],
  ['1', 'required'],
  ['yes', 'required'],
  ['on', 'required'],
  ['false', 'disabled'],
  ['0', 'disabled'],
  ['no', 'disabled'],
  ['off', 'disabled'],
]);
/** Switches that demand something when they are on, and nothing when they are off. */
const demanding = (mode: MysqlSsl): Reading =>
  new Map<string, MysqlSsl | undefined>(
    [...ON_OFF].map(([word, is]) => [word, is === 'disabled' ? undefined : mode]),
  );

/** Words for one demand, in any case and with - for _. */
const MODES: Reading = new Map<string, MysqlSsl | undefined>([
  ...ON_OFF,
  // MySQL's own clients and Connector/J.
  ['disabled', 'disabled'],
  ['preferred', 'preferred'],
  ['required', 'required'],
  ['verify_ca', 'verify'],
  ['verify_identity', 'verify'],
  // MariaDB's Connector/J, PlanetScale, and those who know PostgreSQL.
  ['disable', 'disabled'],
  ['allow', 'preferred'],
  ['prefer', 'preferred'],
  ['require', 'required'],
  ['trust', 'required'],
  ['verify_full', 'verify'],
]);

/** Parameters by their names in small letters without - and _, as different clients write one name. */
const PARAMETERS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ['sslmode', MODES],
  ['usessl', ON_OFF],
  ['requiressl', demanding('required')],
  ['verifyservercertificate', demanding('verify')],
  ['sslverifycert', demanding('verify')],
  ['sslverifyidentity', demanding('verify')],
  // Several: TLS is a must, or used.
  ['encrypt', ON_OFF],
  ['useencryption', ON_OFF],
  ['requiresecuretransport', demanding('required')],
  // Go's driver: true checks the certificate.
  [
    'tls',
    new Map<string, MysqlSsl | undefined>([
      ['true', 'verify'],
      ['skip_verify', 'required'],
      ['preferred', 'preferred'],
      ['false', 'disabled'],
    ]),
  ],
  // Prisma.
  [
    'sslaccept',
    new Map<string, MysqlSsl | undefined>([
      ['strict', 'verify'],
      ['accept_invalid_certs', 'required'],
    ]),
  ],
  // npm mysql2, as an object in JSON; others as a switch.
  ['ssl', ON_OFF],
]);

/** Names are not in it: one that nobody knows may be part of a password. */
const NOT_UNDERSTOOD = {
  problem:
    'has an unknown TLS parameter: remove it, set MYSQL_SSL to disabled, preferred, required or verify, and name files by MYSQL_SSL_CA, MYSQL_SSL_CERT and MYSQL_SSL_KEY',
} as const;

/** From the weakest to the strongest. */
const STRENGTH: readonly MysqlSsl[] = ['disabled', 'preferred', 'required', 'verify'];

/**
 * The strongest of all demands, as one that is not met would be a password on the network.
 *
 * @returns a problem for a parameter about TLS that is not understood, and for demands that exclude each other; no
 * value is part of it
 */
export function sslOf(
  parameters: readonly (readonly [string, string])[],
): Demands | { readonly problem: string } {
  const names = new Set<string>();
  const modes = new Set<MysqlSsl>();
  for (const [name, value] of parameters) {
    const plain = name.toLowerCase().replace(/[-_]/gu, '');
    const words = PARAMETERS.get(plain);
    if (words === undefined && !/ssl|tls|certificate|encrypt|secure/u.test(plain)) continue;
    const word = value.trim().toLowerCase().replaceAll('-', '_');
    const object = plain === 'ssl' ? modeOfObject(value) : undefined;
    if (object === undefined && words?.has(word) !== true) return NOT_UNDERSTOOD;
    const mode = object ?? words?.get(word);
    if (mode !== undefined) modes.add(mode);
    names.add(name);
  }
  if (modes.has('disabled') && modes.size > 1)
    return { problem: 'asks for a connection with TLS and for one without: keep one of its parameters' };
  const mode = STRENGTH.findLast((each) => modes.has(each));
  return { names, ...(mode !== undefined && { mode }) };
}

/** `ssl={}` of npm mysql2: the certificate is checked unless it says otherwise. */
function modeOfObject(value: string): MysqlSsl | undefined {
  let object: unknown;
  try {
    object = JSON.parse(value);
  } catch {
    return undefined;
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return undefined;
  const { rejectUnauthorized = true, verifyIdentity: _, ...more } = object as Record<string, unknown>;
  if (Object.keys(more).length > 0 || typeof rejectUnauthorized !== 'boolean') return undefined;
  return rejectUnauthorized ? 'verify' : 'required';
}
