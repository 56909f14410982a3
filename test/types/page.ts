import { readFileSync } from 'node:fs';
import { POLICY_SETTINGS } from '../../src/config/policy-settings.ts';
import { printedValue } from '../../src/source/mysql/types/sql-types.ts';
import {
  type FittedColumn,
  fitColumns,
  type MappedColumn,
  ownType,
  type TargetColumn,
} from '../../src/types/column-mapping.ts';
import { javaClassName } from '../../src/types/family.ts';
import { POLICY_CHOICES, type Policies, type PolicyName } from '../../src/types/policy.ts';
import { policyEffects } from '../../src/types/policy-effects.ts';
import { parseSnowflakeType, snowflakeTypeSql } from '../../src/types/snowflake-type.ts';
import { ROOT } from '../docs/markdown.ts';
import { column, mapped } from './columns.ts';
import { FAMILY_PAGES, type FamilyPage, type Sample } from './page-families.ts';

/** The generated page; everything above the mark is written by hand. */
export const PAGE = `${ROOT}docs/types.md`;

const MARK = '<!-- From here on `npm run docs:types` writes this page; what is above is written by hand. -->';

/** The page as it has to be: the part by hand as it is, then what src/types says. */
export function producedPage(): string {
  const [byHand = ''] = readFileSync(PAGE, 'utf8').split(MARK);
  return `${[
    byHand.trimEnd(),
    MARK,
    '## Every type',
    ...FAMILY_PAGES.flatMap(familySection),
    '## How the check compares',
    comparisons(),
    '## Policies',
    policies(),
    '## How the random tests compare',
    randomRules(),
  ].join('\n\n')}\n`;
}

function familySection({ title, samples, pitfalls }: FamilyPage): string[] {
  const rows = samples.map((sample) => {
    const own = ownType(columnOf(sample));
    return [sample.mysql, typeOf(own), javaOf(own), otherTargets(sample), policyTexts(sample).join('; ')];
  });
  return [
    `### ${title}`,
    table(['MySQL', 'Snowflake', 'Java class', 'also compatible', 'policies'], rows),
    pitfalls.map((pitfall) => `- ${pitfall}`).join('\n'),
  ];
}

/** What the page says of the type of a sample: that of a new target, and the Java class. */
export function shownTypes(sample: Sample): { readonly snowflake: string; readonly java: string } {
  const own = ownType(columnOf(sample));
  return { snowflake: typeOf(own), java: javaOf(own) };
}

const columnOf = ({ dataType, more }: Sample, chosen: Partial<Policies> = {}): MappedColumn =>
  mapped(column('c', dataType, more), chosen);

const typeOf = ({ type }: FittedColumn): string => snowflakeTypeSql(type);
const javaOf = ({ encoder }: FittedColumn): string => javaClassName(encoder.java);

/** The widest type of each kind. */
const WIDEST = [
  ...[
    'NUMBER(38,0)',
    'NUMBER(38,18)',
    'FLOAT',
    'BOOLEAN',
    'VARCHAR(16777216)',
    'BINARY(8388608)',
    'DATE',
    'TIME(9)',
  ],
  ...['TIMESTAMP_NTZ(9)', 'TIMESTAMP_TZ(9)', 'TIMESTAMP_LTZ(9)', 'VARIANT', 'OBJECT', 'ARRAY'],
];

/** Kinds of types besides its own that hold every value of a column. */
function otherTargets(sample: Sample): string {
  const source = columnOf(sample);
  const own = ownType(source).type.kind;
  const kinds = WIDEST.filter((described) => fits(source, described)).map((described) =>
    described.replace(/\(.*/, ''),
  );
  return [...new Set(kinds)].filter((kind) => kind !== own).join(', ');
}

function fits(source: MappedColumn, described: string): boolean {
  const target: TargetColumn = {
    name: source.target,
    describedType: described,
    type: parseSnowflakeType(described),
    nullable: true,
    hasDefault: false,
  };
  return fitColumns([source], [target]).incompatibilities.length === 0;
}

/** What policies do at their defaults, and what another choice changes. */
function policyTexts(sample: Sample): string[] {
  const own = ownType(columnOf(sample));
  return [
    ...policyEffects(own, false).map(({ policy, choice, effect }) => `\`${policy}\` ${choice}: ${effect}`),
    ...(Object.keys(POLICY_CHOICES) as PolicyName[]).flatMap((policy) =>
      POLICY_CHOICES[policy].slice(1).flatMap((choice) => {
        const other = ownType(columnOf(sample, { [policy]: choice }));
        return typeOf(other) === typeOf(own)
          ? []
          : [`\`${policy}\` ${choice}: ${typeOf(other)}, ${javaOf(other)}`];
      }),
    ),
  ];
}

function comparisons(): string {
  const rows = FAMILY_PAGES.flatMap(({ samples }) => samples).map((sample) => {
    const column = ownType(columnOf(sample));
    const comparison = column.family.compare(column.source, column.type);
    if (comparison === undefined) return [sample.mysql, '', '', 'nulls only'];
    const by = comparison.byBytes ? 'bytes' : 'value';
    return [
      sample.mysql,
      `\`${printedValue('c', column, comparison)}\``,
      `\`${comparison.target('C')}\``,
      `nulls, smallest and largest by ${by}${comparison.exact ? ', checksum' : ''}`,
    ];
  });
  // Types of one family that compare alike are one row.
  const alike = new Map<string, string[]>();
  for (const [mysql = '', ...rest] of rows)
    alike.set(JSON.stringify(rest), [...(alike.get(JSON.stringify(rest)) ?? []), mysql]);
  return table(
    ['MySQL', 'text in MySQL', 'text in Snowflake', 'what is compared'],
    [...alike].map(([rest, names]) => [names.join(', '), ...(JSON.parse(rest) as string[])]),
  );
}

function policies(): string {
  return table(
    ['policy', 'choices, the default first', 'meaning'],
    (Object.keys(POLICY_CHOICES) as PolicyName[]).map((policy) => [
      `\`${policy}\``,
      POLICY_CHOICES[policy].map((choice) => `\`${choice}\``).join(', '),
      POLICY_SETTINGS[policy].about,
    ]),
  );
}

/** The rules are documented beside the tests. */
function randomRules(): string {
  const page = readFileSync(`${ROOT}test/types/README.md`, 'utf8');
  return page
    .split('\n\n')
    .filter((part) => part.startsWith('- ') || part.startsWith('A NULL'))
    .join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
