import { readFileSync } from 'node:fs';
import { filesUnder, ROOT } from '../../../../test/docs/markdown.ts';
import { CODE, messageOf } from '../../src/protocol/codes.ts';
import type { Case, Level } from './case.ts';
import { FAMILIES } from './families.ts';

/** The page that is produced; what stands above the mark is written by hand. */
export const PAGE = `${ROOT}packages/local-snowflake/docs/emulator.md`;

const MARK =
  '<!-- From here on `npm run docs:emulator` writes this page; what is above is written by hand. -->';

/** The page as it has to be: the part by hand as it is, then the status codes and the features. */
export function producedPage(): string {
  const [byHand = ''] = readFileSync(PAGE, 'utf8').split(MARK);
  const tables = FAMILIES.map(({ title, cases }) =>
    section(`### ${title}`, ['feature', 'local Snowflake'], cases.map(featureRow)),
  );
  return `${[
    byHand.trimEnd(),
    MARK,
    section('### Status codes', ['code', 'meaning', 'when'], codeRows()),
    `## SQL\n\n${summary()}`,
    ...tables,
  ].join('\n\n')}\n`;
}

function section(heading: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [`${heading}\n`, line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}

function featureRow({ name, level }: Case): string[] {
  return [name, levelText(level)];
}

function levelText(level: Level): string {
  return typeof level === 'string' ? `\`${level}\`` : `\`close\`: ${level.close}`;
}

function summary(): string {
  const levels = FAMILIES.flatMap(({ cases }) => cases.map(({ level }) => level));
  const count = (wanted: string): number =>
    levels.filter((level) => (typeof level === 'string' ? level : 'close') === wanted).length;
  return [
    `${levels.length} rows: ${count('exact')} \`exact\`, ${count('close')} \`close\`, ${count('unsupported')} \`unsupported\`.`,
    'Each is proven by statements in `packages/local-snowflake/test/statements/` that npm snowflake-sdk sends; the expected answers follow Snowflake’s documentation, and none was compared with an account.',
    '`unsupported` is error 000002, SQL state 0A000, with the name of the feature.',
  ].join(' ');
}

/** Codes that the streaming API gives of itself, and those that it gives only when a fault is asked for. */
function codeRows(): string[][] {
  const sources = filesUnder('packages/local-snowflake/src', '.ts')
    .filter((path) => !path.endsWith('codes.ts') && !path.startsWith('packages/local-snowflake/src/faults/'))
    .map((path) => readFileSync(`${ROOT}${path}`, 'utf8'))
    .join('\n');
  return Object.entries(CODE).map(([name, code]) => [
    String(code),
    messageOf(code),
    new RegExp(`(?<!=== )\\bCODE\\.${name}\\b`).test(sources) ? 'in its situation' : 'on demand',
  ]);
}
