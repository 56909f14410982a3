import { readFileSync } from 'node:fs';
import { ERROR_CODES, type ErrorCode, type ErrorFacts, type Fault, factsOf } from '../../src/errors.ts';
import { ROOT } from './markdown.ts';

/** The page that is produced; what stands above the mark is written by hand. */
export const ERRORS_PAGE = `${ROOT}docs/errors.md`;

const MARK =
  '<!-- From here on `npm run docs:errors` writes this page; what is above is written by hand. -->';

const TITLES: Readonly<Record<Fault, string>> = {
  settings: 'Settings',
  source: 'MySQL',
  target: 'Snowflake',
  jvm: 'JVM',
  rows: 'Rows',
  program: 'Program and machine',
  signal: 'Signals',
};

/** The page as it has to be: the part by hand as it is, then the table of src/errors.ts. */
export function producedErrorsPage(): string {
  const [byHand = ''] = readFileSync(ERRORS_PAGE, 'utf8').split(MARK);
  const sections = (Object.keys(TITLES) as Fault[]).flatMap((fault) => [`## ${TITLES[fault]}`, table(fault)]);
  return `${[byHand.trimEnd(), MARK, ...sections].join('\n\n')}\n`;
}

function table(fault: Fault): string {
  const rows = ERROR_CODES.filter((code) => factsOf(code).fault === fault).map(row);
  return [
    '| code | exit code | fault | retried | ends the run | what to do |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function row(code: ErrorCode): string {
  const { exitCode, fault, retry, endsRun, remedy }: ErrorFacts = factsOf(code);
  return `| \`${code}\` | ${exitCode} | \`${fault}\` | ${retry ? 'yes' : 'no'} | ${endsRun ? 'yes' : 'no'} | ${remedy} |`;
}
