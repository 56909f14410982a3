import { SnowstreamError } from '../errors.ts';

/** The file of a key where a message names none. */
const SOME_FILE = 'FILE';
const MAKE_KEY = 'openssl genrsa 2048 | openssl pkcs8 -topk8 -v2 aes256 -inform PEM -out rsa_key.p8';

/** What corrects each fault of a private key, by the words of its message, with the file that the message names. */
const OF_KEYS: readonly (readonly [RegExp, (file: string) => string])[] = [
  [
    /is encrypted: set/u,
    (file) =>
      `set it, or write the key without one: openssl pkcs8 -topk8 -nocrypt -in ${file} -out rsa_key.p8`,
  ],
  [/does not open with/u, (file) => `try the passphrase by hand: openssl pkey -in ${file} -noout`],
  [
    /OpenSSL 3 no longer reads/u,
    (file) =>
      `openssl pkcs8 -topk8 -v2 aes256 -provider legacy -provider default -in ${file} -out rsa_key.p8`,
  ],
  [
    /is a public key|is a certificate/u,
    () => `name the private key that belongs to it, or make a pair: ${MAKE_KEY}`,
  ],
  [/OpenSSH format/u, (file) => `ssh-keygen -p -m PKCS8 -f ${file}`],
  [/PuTTY/u, (file) => `puttygen ${file} -O private-openssh -o rsa_key.pem`],
  [/PKCS#12/u, (file) => `openssl pkcs12 -in ${file} -nocerts -noenc -out rsa_key.p8`],
  [/but Snowflake takes/u, () => `make a key that it takes: ${MAKE_KEY}`],
  [
    /cut off|neither PEM nor base64|is not a private key that can be read/u,
    (file) => `check it with openssl: openssl pkey -in ${file} -noout; or make a pair: ${MAKE_KEY}`,
  ],
  [/permission denied/u, (file) => `ls -l ${file}, and run as its owner`],
  [/no such file|must be the path of a file/u, () => `correct the path, or make a key: ${MAKE_KEY}`],
];

/** What corrects a setting, by the line that says what is wrong with it. */
export function settingRemedy(problem: string): string {
  const file = /: (\S+) (?:is|does|cannot) /u.exec(problem)?.[1] ?? SOME_FILE;
  const ofKey = /private.?key/iu.test(problem) && OF_KEYS.find(([words]) => words.test(problem));
  if (ofKey) return ofKey[1](file);
  return / is not set: /u.test(problem) ? 'see .env.example' : 'correct it where it is set';
}

const PUBLIC_KEY =
  'give the user the public key of this private key: openssl rsa -in rsa_key.p8 -pubout, then ALTER USER … SET RSA_PUBLIC_KEY';

/** What corrects a login, by Snowflake's code for why it was denied. */
const OF_LOGINS = new Map([
  ['390100', 'check SNOWFLAKE_USER and SNOWFLAKE_PASSWORD'],
  ['390144', `check SNOWFLAKE_ACCOUNT and SNOWFLAKE_USER, and ${PUBLIC_KEY}`],
  ['390189', 'check SNOWFLAKE_ROLE, and GRANT ROLE … TO USER …'],
]);

/** What corrects a login that did not come about. */
export function loginRemedy(error: unknown): string {
  if (error instanceof SnowstreamError && error.code === 'SNOWFLAKE_UNREACHABLE')
    return 'check SNOWFLAKE_ACCOUNT or SNOWFLAKE_URL, and the connection: DNS, firewall, proxy';
  return OF_LOGINS.get(codeOf(error) ?? '') ?? `check SNOWFLAKE_URL and SNOWFLAKE_USER, and ${PUBLIC_KEY}`;
}

/** Snowflake's own code for a login that was denied. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof SnowstreamError) || error.code !== 'SNOWFLAKE_DENIED') return undefined;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
}
