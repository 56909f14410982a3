import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { verifiedJars } from '../bridge/jars.ts';
import { checkJavaLog } from '../bridge/java-log.ts';
import { jvmMajorVersion, libJvmFolder } from '../bridge/jvm-options.ts';
import { type Inspection, inspectSettings } from '../config/load.ts';
import { SnowstreamError } from '../errors.ts';
import { renderError } from '../rendered-error.ts';
import { type Diagnosis, diagnose } from '../source/mysql/diagnosis.ts';
import type { Source } from '../source/source.ts';
import type { Result } from './command-output.ts';
import { bad, type Finding, good } from './doctor-finding.ts';
import { loginRemedy, settingRemedy } from './doctor-remedies.ts';
import { snowflakeFindings } from './doctor-target.ts';

/** Seconds that the clock may be off before Snowflake rejects a JWT for its times. */
const CLOCK_TOLERANCE = 30;

/** `snowstream doctor`: looks at everything a run needs, and continues after what is wrong. */
export async function doctorCommand(flags: Readonly<Record<string, unknown>>): Promise<Result> {
  const inspection = inspectSettings({ flags, sqlOnly: true });
  const findings = [
    node(),
    jdk(),
    addon(),
    jars(inspection),
    javaLog(inspection),
    ...settings(inspection),
    ...(await servers(inspection)),
  ];
  const wrong = findings.filter(({ ok }) => !ok).map(({ subject }) => subject);
  return {
    document: { findings },
    lines: findings.flatMap(lines),
    shortfalls: wrong.length === 0 ? [] : [{ error: notReady(wrong), isInLines: true }],
  };
}

function notReady(subjects: readonly string[]): SnowstreamError {
  return new SnowstreamError('NOT_READY', `not in order: ${[...new Set(subjects)].join(', ')}`);
}

function lines({ subject, ok, line, remedy }: Finding): string[] {
  const found = `${ok ? '✓' : '✗'} ${subject.padEnd(10)} ${line}`;
  return remedy === undefined ? [found] : [found, `  → ${remedy}`];
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  const remedy = 'install Node.js 20.19 or newer: https://nodejs.org';
  return { subject: 'Node.js', ok, line: process.version, ...(!ok && { remedy }) };
}

function jdk(): Finding {
  const subject = 'JDK';
  const folder = libJvmFolder();
  const rebuild = { remedy: 'npm run setup' };
  if (folder === undefined) return { subject, ok: false, line: 'the Java bridge is not built', ...rebuild };
  if (!existsSync(folder)) {
    return {
      subject,
      ok: false,
      line: `the JDK that the bridge was built with no longer exists: ${folder}`,
      ...rebuild,
    };
  }
  return { subject, ok: true, line: `Java ${jvmMajorVersion() ?? '(version unknown)'} in ${folder}` };
}

/** In a process of its own: once loaded, the addon keeps a process alive. */
function addon(): Finding {
  const subject = 'addon';
  const program = `require(${JSON.stringify(createRequire(import.meta.url).resolve('java'))}); process.exit(0)`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', program], {
    encoding: 'utf8',
    timeout: 30_000,
    // Nothing of the settings, which the environment may hold.
    env: { PATH: process.env.PATH, LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH },
  });
  if (status === 0) return { subject, ok: true, line: 'npm java loads' };
  const reason = /Error: .*/.exec(stderr ?? '')?.[0] ?? `ended with ${status}`;
  return { subject, ok: false, line: `npm java does not load: ${reason}`, remedy: 'npm rebuild java' };
}

function jars({ settings: { sdkJar } }: Inspection): Finding {
  try {
    const pinned = `${verifiedJars(sdkJar).length - (sdkJar ? 1 : 0)} jars that match jars/SHA256SUMS`;
    return {
      subject: 'jars',
      ok: true,
      line: sdkJar === undefined ? pinned : `${pinned}, and the SDK of ${sdkJar.path}`,
    };
  } catch (error) {
    return { subject: 'jars', ok: false, line: renderError(error).message, remedy: 'npm run setup' };
  }
}

function javaLog({ settings: { javaLogFile = '' } }: Inspection): Finding {
  const subject = 'Java log';
  try {
    checkJavaLog(javaLogFile);
    return { subject, ok: true, line: `goes into ${dirname(javaLogFile)}` };
  } catch (error) {
    return {
      subject,
      ok: false,
      line: error instanceof SnowstreamError ? error.message : `${javaLogFile} cannot be written`,
      remedy: 'name a file with --java-log-file',
    };
  }
}

/** Each that is wrong with what corrects it; the private key is one of them. */
function settings({ settings: { snowflake }, problems, warnings, lookedFor }: Inspection): Finding[] {
  const subject = 'settings';
  const found: Finding[] = problems.map((line) =>
    // Of several that are missing, one remedy is enough.
    lookedFor !== undefined && line.includes(' is not set: ')
      ? { subject, ok: false, line }
      : bad(subject, line, settingRemedy(line)),
  );
  if (lookedFor !== undefined)
    found.push(bad(subject, lookedFor, 'copy .env.example to .env and fill it in'));
  if (found.length > 0) return found;
  const complete =
    snowflake?.streaming === undefined
      ? 'complete for check, plan and channels; run and retry-rejects also need a key pair or OAuth'
      : 'complete, key readable';
  return [good(subject, [complete, ...warnings].join('; '))];
}

/** Both ends, each looked at whatever is wrong with the other. */
async function servers(inspection: Inspection): Promise<Finding[]> {
  const { mysql, tables = [], snowflake } = inspection.settings;
  const found: Finding[] = [];
  let source: Source | undefined;
  let readable: typeof tables = [];
  if (mysql !== undefined)
    try {
      const names = tables.map(({ database, source: name }) => ({ database, name }));
      const diagnosis = await diagnose(mysql, names);
      source = diagnosis.source;
      const looked = mysqlFindings(diagnosis, `${mysql.host}:${mysql.port}`, tables);
      found.push(...looked.findings);
      readable = looked.readable;
    } catch (error) {
      found.push(bad('MySQL', error, 'check MYSQL_HOST, MYSQL_PORT, MYSQL_USER and MYSQL_PASSWORD'));
    }
  try {
    found.push(...(await snowflakeFindings(inspection, { source, tables: readable })));
  } catch (error) {
    found.push(bad('Snowflake', error, loginRemedy(error)));
  } finally {
    await source?.close();
  }
  return snowflake === undefined ? found : [...found, await clock(snowflake.url)];
}

const ENCRYPTION = {
  none: 'without TLS',
  unchecked: 'TLS with any certificate',
  checked: 'TLS with its certificate checked',
} as const;

function mysqlFindings(
  { version, encryption, tables: described }: Diagnosis,
  where: string,
  tables: NonNullable<Inspection['settings']['tables']>,
): { findings: Finding[]; readable: typeof tables } {
  const subject = 'MySQL';
  const findings = described.flatMap((table) =>
    table instanceof SnowstreamError
      ? [bad(subject, table, 'check --table, and GRANT SELECT on the table to the user')]
      : [],
  );
  const readable = tables.filter((_, index) => !(described[index] instanceof SnowstreamError));
  const count = tables.length === 1 ? '1 table' : `${tables.length} tables`;
  const counted = tables.length === 0 ? 'no table is named yet' : `${readable.length} of ${count} readable`;
  if (tables.length === 0 || readable.length > 0)
    findings.push(good(subject, `${version} at ${where}, ${ENCRYPTION[encryption]}, ${counted}`));
  return { findings, readable };
}

async function clock(url: string): Promise<Finding> {
  const subject = 'clock';
  try {
    const { headers } = await fetch(url, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
    });
    const theirs = Date.parse(headers.get('date') ?? '');
    if (Number.isNaN(theirs)) return { subject, ok: true, line: 'the server sent no time to compare with' };
    const seconds = Math.round((Date.now() - theirs) / 1000);
    const ok = Math.abs(seconds) <= CLOCK_TOLERANCE;
    const remedy = 'set the clock (NTP): Snowflake rejects a JWT from the past or the future';
    return { subject, ok, line: `${Math.abs(seconds)} s from the server's`, ...(!ok && { remedy }) };
  } catch {
    return { subject, ok: false, line: 'cannot be compared: Snowflake does not answer', remedy: 'see above' };
  }
}
