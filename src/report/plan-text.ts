import type { OutlinedColumn, TableOutline } from '../plan/table-outline.ts';
import { statementLines } from '../snowflake/statement-lines.ts';
import { visible } from '../terminal-text.ts';
import { textTable } from '../text-table.ts';
import { incompatibilityTable } from '../types/incompatibility.ts';

/** What `snowstream plan` prints: a block for each table, and as its last line whether a run could start. */
export function planLines(outlines: readonly TableOutline[]): string[] {
  return [...outlines.flatMap((outline) => [...tableLines(outline), '']), verdict(outlines)];
}

function tableLines(outline: TableOutline): string[] {
  const { source, target, state, key, columns, ddl, ddlNeeds, incompatibilities, problems } = outline;
  return [
    `${source} → ${target} (${state})`,
    ...(key.length === 0 ? [] : [`  read in the order of its key: ${key.join(', ')}`]),
    ...indented(columns.length === 0 ? [] : columnTable(columns)),
    ...(ddl.length === 0
      ? []
      : [
          `  ${ddlNeeds === undefined ? 'a run would begin with' : `with ${ddlNeeds}, a run would begin with`}`,
        ]),
    ...indented(indented(ddl.flatMap((statement) => statementLines(`${statement};`)))),
    ...(ddl.some((statement) => statementLines(statement).some((line) => visible(line) !== line))
      ? ['  \\u with a number is an invisible character: --json has the exact statements']
      : []),
    ...problems.map(({ code, message }) => `  INCOMPATIBLE  ${message} [${code}]`),
    ...indented(indented(incompatibilities.length === 0 ? [] : incompatibilityTable(incompatibilities))),
  ];
}

function columnTable(columns: readonly OutlinedColumn[]): string[] {
  const head = ['column', 'type', '→ column', 'type', 'Java class', 'policies and notes'];
  return textTable([
    head,
    ...columns.flatMap((column) => {
      const [first = '', ...more] = rules(column);
      const { source, sourceType, target, targetType, java } = column;
      return [
        [source, sourceType, `→ ${target}`, targetType, java, first],
        ...more.map((rule) => ['', '', '', '', '', rule]),
      ];
    }),
  ]);
}

function rules({ policies, notes }: OutlinedColumn): string[] {
  return [...policies.map(({ policy, choice, effect }) => `${effect} (${policy} ${choice})`), ...notes];
}

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

function verdict(outlines: readonly TableOutline[]): string {
  const tables = outlines.length === 1 ? '1 table' : `${outlines.length} tables`;
  const stopped = outlines.filter(({ problems }) => problems.length > 0).length;
  if (stopped === 0) return `${tables}: a run could start. Nothing was changed.`;
  return `${tables}, ${stopped} of which ${stopped === 1 ? 'is' : 'are'} incompatible: no run could start. Nothing was changed.`;
}
