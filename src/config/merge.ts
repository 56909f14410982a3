import type { z } from 'zod';
import { hostLabel, parseAccount } from './account.ts';
import { parseMysqlUrl, passwordsIn } from './mysql-url.ts';
import { type SettingKey, type SettingValues, settingOf } from './schema.ts';
import { redact, registerPrivateKey, registerSecret } from './secrets.ts';
import type { Entry, Source } from './sources/source.ts';
import type { TableEntry } from './table-list.ts';

/** The values that won, checked, and where each came from. */
export interface Merged {
  readonly values: SettingValues;
  readonly origins: ReadonlyMap<SettingKey, string>;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

// What goes with a value in its own source and means nothing beside another one: the port of another host, the
// URL of another account.
const COMPANIONS: readonly (readonly [SettingKey, SettingKey])[] = [
  ['mysqlHost', 'mysqlPort'],
  ['snowflakeAccount', 'snowflakeUrl'],
];

// Two ways to say one thing: in one source only one of them can be meant, and it hides the other further down.
const RIVALS: readonly (readonly [SettingKey, SettingKey])[] = [
  ['mysqlPassword', 'mysqlPasswordFile'],
  ['snowflakePrivateKey', 'snowflakePrivateKeyPath'],
];

/** The setting of the secret itself, for one that names its file; undefined where the file is the only way. */
export function secretOf(file: SettingKey): SettingKey | undefined {
  return RIVALS.find(([, other]) => other === file)?.[0];
}

/**
 * Merges the sources, the strongest first, value by value, and checks each value that won. Secrets are
 * registered for redaction before anything is looked at, so that no message can hold one.
 */
export function mergeSources(sources: readonly Source[], isIgnored: (key: SettingKey) => boolean): Merged {
  for (const { entries } of sources) for (const entry of entries) registerEntry(entry);
  const problems = sources.flatMap((source) => source.problems);
  const warnings: string[] = [];
  const won = new Map<SettingKey, Entry>();
  const hidden = new Set<SettingKey>();
  const tables: Entry[] = [];
  for (const source of sources) {
    const entries = expandAccount(
      expandMysqlUrl(
        source.entries.filter(({ key }) => !isIgnored(key)),
        problems,
        warnings,
      ),
      warnings,
    );
    const here = new Map(entries.map((entry) => [entry.key, entry]));
    for (const [one, other] of RIVALS) {
      const [first, second] = [here.get(one), here.get(other)];
      if (first && second) problems.push(`${first.origin} and ${second.origin} cannot both be set`);
    }
    for (const [owner, companion] of COMPANIONS) {
      const [stronger, own] = [won.get(owner), here.get(owner)];
      if (stronger && own && stronger.value !== own.value) here.delete(companion);
    }
    for (const [key, entry] of here) {
      if (key === 'tables') tables.push(entry);
      if (!won.has(key) && !hidden.has(key)) won.set(key, entry);
    }
    for (const pair of RIVALS) if (pair.some((key) => here.has(key))) for (const key of pair) hidden.add(key);
  }
  const values: Record<string, unknown> = {};
  const origins = new Map<SettingKey, string>();
  for (const [key, entry] of won) {
    const value =
      key === 'tables'
        ? mergeTables(tables, won.get('mysqlDatabase')?.value, problems)
        : checkEntry(entry, problems);
    if (value !== undefined) values[key] = value;
    origins.set(key, entry.origin);
  }
  // checkEntry has put each value through the field of its own key.
  return { values: values as SettingValues, origins, problems, warnings };
}

function registerEntry({ key, value }: Entry): void {
  // A URL may be taken for a name, which is printed in many places.
  if (typeof value === 'string') registerSecret(/:\/\/[^:@/]*:(.*)@/su.exec(value)?.[1]);
  if (!settingOf(key).secret || (typeof value !== 'string' && typeof value !== 'number')) return;
  const text = String(value);
  if (key === 'snowflakePrivateKey') registerPrivateKey(text);
  else registerSecret(text);
  if (key === 'mysqlUrl') for (const password of passwordsIn(text)) registerSecret(password);
}

function expandMysqlUrl(entries: readonly Entry[], problems: string[], warnings: string[]): readonly Entry[] {
  const given = entries.find(({ key }) => key === 'mysqlUrl');
  const rest = entries.filter((entry) => entry !== given);
  if (given === undefined) return rest;
  const { origin } = given;
  const url = parseMysqlUrl(typeof given.value === 'string' ? given.value : '');
  if ('problem' in url) {
    problems.push(`${origin} ${url.problem}`);
    // It stays among what was given, so that its parts are not missing besides.
    return typeof given.value === 'string' ? entries : rest;
  }
  for (const name of url.unused) warnings.push(`${origin}: the parameter ${name} is not used`);
  const parts: Entry[] = [];
  const add = (key: SettingKey, value: string | undefined) => {
    if (value !== undefined && !rest.some((entry) => entry.key === key)) parts.push({ key, value, origin });
  };
  add('mysqlHost', url.host);
  add('mysqlPort', url.port);
  add('mysqlUser', url.user);
  // A password beside the URL is meant instead of the one in it.
  if (!rest.some(({ key }) => key === 'mysqlPasswordFile')) add('mysqlPassword', url.password);
  add('mysqlDatabase', url.database);
  add('mysqlServerPublicKey', url.serverPublicKey);
  add('mysqlAllowPublicKeyRetrieval', url.allowPublicKeyRetrieval);
  const ssl = rest.find(({ key }) => key === 'mysqlSsl');
  if (url.ssl !== undefined && ssl !== undefined && String(ssl.value).toLowerCase() !== url.ssl)
    problems.push(`${origin} asks for TLS as ${url.ssl}, and ${ssl.origin} is another: keep one of them`);
  add('mysqlSsl', url.ssl);
  return [...rest, ...parts];
}

/** An account may be given by its host or URL, which is then its URL unless there is another beside it. */
function expandAccount(entries: readonly Entry[], warnings: string[]): readonly Entry[] {
  const given = entries.find(({ key }) => key === 'snowflakeAccount');
  if (typeof given?.value !== 'string') return entries;
  const { account, url } = parseAccount(given.value);
  const rest = entries.filter((entry) => entry !== given);
  const other = rest.find(({ key }) => key === 'snowflakeUrl');
  // An identifier alone may be another name of the account at that address; of two addresses, one may be a connection's.
  if (url !== undefined && typeof other?.value === 'string') {
    const { account: elsewhere, url: isAddress } = parseAccount(other.value);
    if (isAddress !== undefined && hostLabel(first(elsewhere)) !== hostLabel(first(account)))
      warnings.push(
        `${given.origin} is the address of ${account} and ${other.origin} that of ${elsewhere}: logins go to the latter as account ${account}; remove one of them if that is not intended`,
      );
  }
  return [
    ...rest,
    { ...given, value: account },
    ...(url === undefined || other !== undefined
      ? []
      : [{ ...given, key: 'snowflakeUrl', value: url } as const]),
  ];
}

/** The account in its address, without its region or PrivateLink. */
function first(account: string): string {
  return account.split('.')[0] ?? '';
}

/**
 * A table that a stronger source only names keeps what a weaker one says about it: `--table people` chooses
 * from the config file.
 */
function mergeTables(
  entries: readonly Entry[],
  usualDatabase: unknown,
  problems: string[],
): readonly TableEntry[] | undefined {
  let chosen: readonly TableEntry[] | undefined;
  for (const entry of entries) {
    const list = checkEntry(entry, problems) as readonly TableEntry[] | undefined;
    chosen ??= list;
    if (chosen === list) continue;
    chosen = chosen?.map((table) => {
      const weaker = weakerEntry(table, list ?? [], usualDatabase);
      return {
        ...weaker,
        ...table,
        ...(table.target ? { target: { ...weaker?.target, ...table.target } } : {}),
      };
    });
  }
  return chosen;
}

/** What a weaker source says about a table, which need not name the database that it is in by itself. */
function weakerEntry(
  { source, database }: TableEntry,
  list: readonly TableEntry[],
  usualDatabase: unknown,
): TableEntry | undefined {
  const namesakes = list.filter((table) => table.source === source);
  const wanted = database ?? usualDatabase;
  const here = namesakes.find((table) => (table.database ?? usualDatabase) === wanted);
  // A name alone also chooses a table of another database.
  return here ?? (database === undefined ? namesakes[0] : undefined);
}

function checkEntry({ key, value, origin }: Entry, problems: string[]): unknown {
  const { field, secret } = settingOf(key);
  const result = field.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) problems.push(problemOf(issue, value, origin, secret === true));
  return undefined;
}

function problemOf(issue: z.core.$ZodIssue, value: unknown, origin: string, isSecret: boolean): string {
  const place = issue.path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('');
  // The place goes behind the name: `tables[0].target in snowstream.json`.
  const [, name = '', rest = ''] = /^(\S+)(.*)$/su.exec(origin) ?? [];
  if (issue.code === 'unrecognized_keys') return `${name}${place}.${issue.keys[0]}${rest} is not a setting`;
  const shown = isSecret ? undefined : shownValue(valueAt(value, issue.path));
  return `${name}${place}${rest} ${issue.message}${shown === undefined ? '' : `, not ${shown}`}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined),
    value,
  );
}

function shownValue(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  // It may be a URL, or what precedes the host in one.
  if (/:.*@|passw|pwd=/isu.test(String(value))) return undefined;
  // Before it is cut, or a part of a secret would be left, which nobody knows.
  const shown = redact(JSON.stringify(value));
  return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
}
