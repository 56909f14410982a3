import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { SnowstreamError } from '../errors.ts';

const require = createRequire(import.meta.url);

// Field numbers of PhoneMetadata and PhoneNumberDesc that parse() reads:
// https://github.com/google/libphonenumber/blob/master/resources/phonemetadata.proto
const GENERAL_DESC = 1;
const DESC_FIELDS = [2 /* pattern */, 9 /* possible lengths */, 10 /* local-only lengths */];
const REGION_FIELDS = [
  9 /* id */, 10 /* country code */, 11 /* international prefix */, 12 /* national prefix */,
  15 /* national prefix for parsing */, 16 /* its transform rule */,
];

type Region = readonly unknown[];

/**
 * The single-file build of google-libphonenumber as source text for a Snowflake JavaScript UDF:
 * without a `$$`, which would end the UDF's body, and with its tables reduced to what `parse()` reads. That
 * halves it, raw and compressed, and Snowflake limits a UDF's compressed source:
 * https://docs.snowflake.com/en/developer-guide/udf/javascript/udf-javascript-limitations
 *
 * The text is a CommonJS module: it expects `module`, `exports` and `global` in scope.
 *
 * @throws SnowstreamError `UNEXPECTED` when the installed build has another layout than the pinned one.
 */
export function phoneLibrarySource(): string {
  const build = readFileSync(require.resolve('google-libphonenumber'), 'utf8');
  const parsing = replaceTable(build, 'metadata', regionsForParsing());
  const slim = replaceTable(parsing, 'shortnumbermetadata', '{}');
  // Inside a string or a name, the only places where `$$` occurs, this escape means the same.
  return slim.replaceAll('$$', () => '$\\u0024');
}

function regionsForParsing(): string {
  const { metadata } = require('google-libphonenumber') as {
    metadata: { countryToMetadata: Record<string, Region> };
  };
  const regions = Object.entries(metadata.countryToMetadata).map(([id, region]) => {
    const kept = pick(region, REGION_FIELDS);
    kept[GENERAL_DESC] = pick(region[GENERAL_DESC] as Region, DESC_FIELDS);
    return `${JSON.stringify(id)}:${arrayLiteral(kept)}`;
  });
  return `{${regions.join(',')}}`;
}

function pick(fields: Region, numbers: readonly number[]): unknown[] {
  const kept: unknown[] = [];
  for (const number of numbers) {
    if (fields[number] !== undefined) kept[number] = fields[number];
  }
  return kept;
}

// JSON would fill the holes with null, which the library takes for a value.
function arrayLiteral(fields: readonly unknown[]): string {
  return `[${Array.from(fields, literal).join(',')}]`;
}

function literal(value: unknown): string {
  if (value === undefined) return '';
  return Array.isArray(value) ? arrayLiteral(value) : JSON.stringify(value);
}

function replaceTable(source: string, namespace: string, table: string): string {
  const assignment = `i18n.phonenumbers.${namespace}.countryToMetadata=`;
  const start = source.indexOf(`${assignment}{`) + assignment.length;
  const end = source.indexOf(']};', start) + 2;
  if (start < assignment.length || end < start) {
    throw new SnowstreamError(
      'UNEXPECTED',
      `google-libphonenumber has no table ${namespace}.countryToMetadata; install the version that package.json pins`,
    );
  }
  return source.slice(0, start) + table + source.slice(end);
}
