import { z } from 'zod';
import type { ColumnMapping } from '../types/column-mapping.ts';
import type { Policies } from '../types/policy.ts';
import { objectName } from './fields.ts';
import { POLICY_SETTINGS } from './policy-settings.ts';
import { splitOutsideQuotes, TABLE_WORD, tableOfWord } from './table-word.ts';

/** A table as one source of configuration puts it; what is missing is filled in later. */
export interface TableEntry {
  readonly source: string;
  readonly database?: string | undefined;
  readonly target?:
    | {
        readonly database?: string | undefined;
        readonly schema?: string | undefined;
        readonly table?: string | undefined;
      }
    | undefined;
  readonly columns?: readonly ColumnMapping[] | undefined;
  readonly channel?: string | undefined;
  readonly key?: readonly string[] | undefined;
  readonly policies?:
    | {
        readonly table: Partial<Policies>;
        readonly columns: ReadonlyMap<string, Partial<Policies>>;
      }
    | undefined;
}

/** A column mapping: an object in a file, `USER_ID=customer_id` elsewhere. The order is kept. */
export function columnList(): z.ZodType<ColumnMapping[]> {
  return z.preprocess(
    columnMap,
    z
      .map(objectName(), objectName(), { error: 'must be an object such as {"USER_ID": "customer_id"}' })
      .transform((columns) => [...columns].map(([source, target]) => ({ source, target })))
      .superRefine((columns, context) => {
        const problem = columnProblem(columns);
        if (problem !== undefined) invalid(context, problem);
      }),
  );
}

/** The tables to load: a list of objects in a file, `shop.people_100k:sf_customer_raw` elsewhere. */
export function tableList(): z.ZodType<TableEntry[]> {
  return z.preprocess(
    listOfWords,
    z
      .array(z.preprocess(tableOfText, tableObject), { error: 'must be a list of tables' })
      .min(1, { error: 'must name a table at least' })
      .superRefine((tables, context) => {
        const seen = new Set<string>();
        for (const { source, database } of tables) {
          const name = JSON.stringify([database, source]);
          if (seen.has(name)) invalid(context, `names the table ${source} twice`);
          seen.add(name);
        }
      }),
  );
}

const POLICY_FIELDS = Object.fromEntries(
  Object.entries(POLICY_SETTINGS).map(([name, { field }]) => [name, field.optional()]),
);

/** Policies by name, and under `columns` those of single columns. */
const tablePolicies = z
  .strictObject(
    {
      ...POLICY_FIELDS,
      columns: z
        .record(objectName(), z.strictObject(POLICY_FIELDS, { error: objectLike('{"zeroDates": "epoch"}') }))
        .optional(),
    },
    { error: objectLike('{"zeroDates": "epoch"}') },
  )
  .transform(({ columns = {}, ...table }) => ({
    table: withoutGaps(table),
    columns: new Map(
      Object.entries(columns).map(([name, own]) => [name.toLowerCase(), withoutGaps(own)] as const),
    ),
  }));

/** A field that is absent must not hide that of the run. */
function withoutGaps(policies: Readonly<Record<string, unknown>>): Partial<Policies> {
  // Each value has been through the field of its own policy.
  return Object.fromEntries(Object.entries(policies).filter(([, choice]) => choice !== undefined));
}

const tableObject: z.ZodType<TableEntry> = z.strictObject(
  {
    source: objectName(),
    database: objectName().optional(),
    target: z
      .strictObject(
        {
          database: objectName().optional(),
          schema: objectName().optional(),
          table: objectName().optional(),
        },
        { error: objectLike('{"table": "sf_customer_raw"}') },
      )
      .optional(),
    columns: columnList().optional(),
    channel: objectName().optional(),
    key: z
      .preprocess(
        (value) => (typeof value === 'string' ? [value] : value),
        z
          .array(objectName(), { error: 'must be a column or a list of columns' })
          .min(1, { error: 'must name a column at least' }),
      )
      .optional(),
    policies: tablePolicies.optional(),
  },
  { error: objectLike('{"source": "people_100k"}') },
);

function tableOfText(value: unknown, context: z.RefinementCtx): unknown {
  if (typeof value !== 'string') return value;
  return tableOfWord(value) ?? invalid(context, TABLE_WORD);
}

// A Map rather than an object: an object would move a column named 7 to the front.
function columnMap(value: unknown, context: z.RefinementCtx): unknown {
  const list = listOfWords(value);
  if (!Array.isArray(list)) {
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : value;
  }
  const columns = new Map<string, string>();
  for (const word of list) {
    const [source = '', target = '', ...rest] = String(word)
      .split('=')
      .map((part) => part.trim());
    if (source === '' || target === '' || rest.length > 0) return invalid(context, 'must be COLUMN=NAME');
    if (columns.has(source)) return invalid(context, `names the column ${source} twice`);
    columns.set(source, target);
  }
  return columns;
}

function columnProblem(columns: readonly ColumnMapping[]): string | undefined {
  if (columns.length === 0) return 'must name a column at least';
  const sources = new Set<string>();
  const targets = new Set<string>();
  for (const { source, target } of columns) {
    // MySQL compares column names without case; so does Snowflake as long as they are not quoted.
    if (sources.has(source.toUpperCase())) return `names the column ${source} twice`;
    if (targets.has(target.toUpperCase())) return `gives two columns the name ${target}`;
    sources.add(source.toUpperCase());
    targets.add(target.toUpperCase());
  }
  return undefined;
}

function listOfWords(value: unknown): unknown {
  if (typeof value === 'string') return splitOutsideQuotes(value, ',');
  if (!Array.isArray(value)) return value;
  return value.flatMap((item: unknown) =>
    typeof item === 'string' ? splitOutsideQuotes(item, ',') : [item],
  );
}

function objectLike(example: string) {
  return (issue: { code?: string }) =>
    issue.code === 'invalid_type' ? `must be an object such as ${example}` : undefined;
}

function invalid(context: z.RefinementCtx, message: string): typeof z.NEVER {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
