import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const cell = z.string().nullable();

/** `expect.json`: what is in Snowflake after the run, and what the run says of it. */
const outcome = z.strictObject({
  /** The target as SQL names it; `T` when not given. */
  target: z.string().default('T'),
  /** Every column in order, its type as DESCRIBE TABLE prints it, with ` NOT NULL` behind it. */
  columns: z.record(z.string(), z.string()).optional(),
  comments: z.record(z.string(), z.string()).optional(),
  /** What is read; every column when not given. */
  select: z.array(z.string()).min(1).optional(),
  /** ORDER BY list; the first expression read when not given. */
  order: z.string().default('1'),
  rows: z.array(z.array(cell)),
  rejected: z
    .array(z.strictObject({ key: z.array(z.string()), column: z.string(), reason: z.string().min(1) }))
    .default([]),
  policies: z
    .array(z.strictObject({ column: z.string(), policy: z.string(), values: z.number() }))
    .default([]),
  proven: z.boolean(),
});

/** `expect-error.json`: how the run ends, before a row has moved. */
const failure = z.strictObject({
  code: z.string(),
  exitCode: z.number(),
  /** Parts of the line, which may be one or several. */
  message: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  /** Parts of what is printed beside it. */
  detail: z.array(z.string().min(1)).default([]),
});

/** `options.json`: the settings as the config file has them, and the servers that can hold the tables. */
const options = z.looseObject({ servers: z.string().optional() });

export type Outcome = z.output<typeof outcome>;
export type Failure = z.output<typeof failure>;

export interface Case {
  readonly name: string;
  readonly createSql: string;
  /** Statements that Snowflake runs first. */
  readonly targetSql: string;
  /** The config file, connections apart. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly servers: string | undefined;
  readonly outcome: Outcome | undefined;
  readonly failure: Failure | undefined;
}

/** The folders beside this file, by name. */
export function readCases(folder: string): Case[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readCase(name, join(folder, name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readCase(name: string, folder: string): Case {
  const json = <T extends z.ZodType>(file: string, shape: T): z.output<T> | undefined => {
    const path = join(folder, file);
    if (!existsSync(path)) return undefined;
    const read = shape.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (!read.success) throw new Error(`${name}/${file}: ${z.prettifyError(read.error)}`);
    return read.data;
  };
  const { servers, ...config } = json('options.json', options) ?? {};
  const expected = { outcome: json('expect.json', outcome), failure: json('expect-error.json', failure) };
  if ((expected.outcome === undefined) === (expected.failure === undefined))
    throw new Error(`${name} needs either expect.json or expect-error.json`);
  const targetSql = join(folder, 'target.sql');
  return {
    name,
    createSql: readFileSync(join(folder, 'create.sql'), 'utf8'),
    targetSql: existsSync(targetSql) ? readFileSync(targetSql, 'utf8') : '',
    config,
    servers,
    ...expected,
  };
}
