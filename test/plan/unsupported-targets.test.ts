import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TableSettings } from '../../src/config/settings.ts';
import { StreamingIngestClient } from '../../src/ingest/classic-client.ts';
import { outlineTables, type TableOutline } from '../../src/plan/table-outline.ts';
import { targetName } from '../../src/plan/table-plan.ts';
import { quoteIdentifier } from '../../src/snowflake/identifier.ts';
import { outlineTarget, targetColumn } from '../../src/snowflake/target.ts';
import { DEFAULT_POLICIES } from '../../src/types/policy.ts';
import { parseSnowflakeType } from '../../src/types/snowflake-type.ts';
import { snowstream } from '../cli/snowstream.ts';
import { type Ends, settingsOf, startEnds } from '../e2e/local.ts';
import { stopJvm } from '../fixtures/jvm.ts';
import { startJvm } from '../ingest/streaming.ts';
import { column, mapped } from '../types/columns.ts';

/** Targets of a table `(id INT, v VARCHAR(20))`, and what keeps rows from being streamed into them. */
const TARGETS: Readonly<Record<string, readonly [sql: string, obstacle?: string]>> = {
  PLAIN: ['TABLE PLAIN (id NUMBER(10,0), v VARCHAR(20))'],
  LARGER: ['TABLE LARGER (id NUMBER(10,0) NOT NULL PRIMARY KEY, v VARCHAR, more VARIANT) CLUSTER BY (id)'],
  BRIEF: ['TRANSIENT TABLE BRIEF (id NUMBER(10,0), v VARCHAR(20))'],
  NULLED: ['TABLE NULLED (id NUMBER(10,0), v VARCHAR(20) DEFAULT NULL, more INT DEFAULT null)'],
  NUMBERS: ['TABLE NUMBERS (id NUMBER(10,0), v VARCHAR(20), n INT DEFAULT 5)', 'column N has a default (5)'],
  TEXTS: ["TABLE TEXTS (id NUMBER(10,0), v VARCHAR(20) DEFAULT 'x')", "column V has a default ('x')"],
  LOADED: [
    'TABLE LOADED (id NUMBER(10,0), v VARCHAR(20), at TIMESTAMP_LTZ NOT NULL DEFAULT CURRENT_TIMESTAMP())',
    'column AT has a default (CURRENT_TIMESTAMP())',
  ],
  KEYED: ['TABLE KEYED (id NUMBER(10,0) NOT NULL DEFAULT 1, v VARCHAR(20))', 'column ID has a default (1)'],
  COUNTED: [
    'TABLE COUNTED (id NUMBER(10,0) IDENTITY, v VARCHAR(20))',
    'column ID is numbered automatically (IDENTITY START 1 INCREMENT 1 NOORDER)',
  ],
  NUMBERED: [
    'TABLE NUMBERED (id NUMBER(10,0), v VARCHAR(20), "no." INT AUTOINCREMENT START 10 INCREMENT 5)',
    'column "no." is numbered automatically (IDENTITY START 10 INCREMENT 5 NOORDER)',
  ],
  SORTED: [
    "TABLE SORTED (id NUMBER(10,0), v VARCHAR(20) COLLATE 'en-ci')",
    "column V has a collation ('en-ci')",
  ],
  ASIDE: [
    "TABLE ASIDE (id NUMBER(10,0), v VARCHAR(20), other VARCHAR(5) COLLATE 'de')",
    "column OTHER has a collation ('de')",
  ],
  SEVERAL: [
    "TABLE SEVERAL (id NUMBER(10,0) DEFAULT 7, v VARCHAR(20) COLLATE 'sv', n INT IDENTITY)",
    "column ID has a default (7), column V has a collation ('sv'), column N is numbered automatically (IDENTITY START 1 INCREMENT 1 NOORDER)",
  ],
  SEEN: ['VIEW SEEN AS SELECT id, v FROM PLAIN', 'it is a view'],
  "we'ird_%\\name": [`VIEW ${quoteIdentifier("we'ird_%\\name")} AS SELECT id, v FROM PLAIN`, 'it is a view'],
  // A name that the pattern of the view above finds too.
  "we'ird_%%name": [`TABLE ${quoteIdentifier("we'ird_%%name")} (id NUMBER(10,0), v VARCHAR(20))`],
};
const NAMES = Object.keys(TARGETS);

let ends: Ends;
beforeAll(async () => {
  ends = await startEnds();
  await ends.source.query('CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))');
  await ends.source.query("INSERT INTO t VALUES (1,'a'),(2,'b')");
  for (const [sql] of Object.values(TARGETS)) await ends.snowflake.execute(`CREATE ${sql}`);
}, 60_000);
afterAll(async () => {
  await ends[Symbol.asyncDispose]();
  stopJvm();
});

const wanted = (table: string): TableSettings => ({
  source: 't',
  database: ends.mysql.database,
  target: { database: ends.emulator.database, schema: ends.emulator.schema, table: quoteIdentifier(table) },
  policies: { table: DEFAULT_POLICIES, columns: new Map() },
});

const outlined = (names: readonly string[], evolve = false): Promise<TableOutline[]> =>
  outlineTables(ends.source, ends.snowflake, names.map(wanted), {
    create: 'on',
    evolve,
    preserveCase: false,
    invisible: false,
  });

/** The problems of a target as they should be. */
function expected(name: string, { target }: TableOutline): TableOutline['problems'] {
  const [, obstacle] = TARGETS[name] ?? [];
  if (obstacle === undefined) return [];
  const remedy = obstacle.startsWith('it is')
    ? 'name a table as the target, which --create creates'
    : 'remove that from the table, or name another target, which --create creates';
  return [
    { code: 'TARGET_UNSUPPORTED', message: `${target} accepts no streamed rows: ${obstacle}; ${remedy}` },
  ];
}

describe('a target that streaming does not take', () => {
  test.each([
    ['one by one', NAMES.map((name) => [name])],
    ['all at once', [NAMES]],
  ] as const)('is found by the plan, asked for %s', async (_how, groups) => {
    for (const evolve of [false, true])
      for (const group of groups)
        for (const [index, outline] of (await outlined(group, evolve)).entries()) {
          const name = group[index] ?? '';
          expect(outline.problems, name).toEqual(expected(name, outline));
          expect(outline.incompatibilities, name).toEqual([]);
        }
  });

  test('is what the streaming SDK gets no channel on, and no other', async () => {
    await using client = await StreamingIngestClient.open(await startJvm(), {
      name: 'TEST',
      connection: settingsOf(ends.emulator),
    });
    for (const name of NAMES) {
      const opened = await client
        .openChannel({ channel: 'C', table: targetName(wanted(name)), onError: 'CONTINUE' })
        .then(
          (channel) => channel.close().then(() => 'opened'),
          (error: unknown) => String(error),
        );
      const [, obstacle] = TARGETS[name] ?? [];
      if (obstacle === undefined) expect(opened, name).toBe('opened');
      else expect(opened, name).toContain('Streaming into this table is not supported');
    }
  });

  test('ends a run before a row of any table moves with --fail-fast, and a restart before a row is deleted', async () => {
    await ends.source.query('CREATE TABLE first (id INT PRIMARY KEY)');
    await ends.source.query('INSERT INTO first VALUES (1)');
    await ends.snowflake.execute("INSERT INTO TEXTS VALUES (9, 'kept')");
    for (const more of [['--fail-fast'], ['--restart', '--yes']]) {
      const args = ['run', '--table', 'first', '--table', 't:texts', '--create', ...more];
      const ended = await snowstream(args, { cwd: ends.cwd, env: ends.env });
      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toMatch(
        /TEXTS accepts no streamed rows: column V has a default .*\[TARGET_UNSUPPORTED\]\n$/,
      );
    }
    const channels = await ends.snowflake.execute('SHOW CHANNELS');
    expect(channels.filter((channel) => channel.table_name === 'FIRST')).toEqual([]);
    expect(await ends.snowflake.execute('SELECT V FROM TEXTS')).toEqual([{ V: 'kept' }]);
    const [made] = await ends.snowflake.execute('SELECT COUNT(*) AS N FROM FIRST').catch(() => [{ N: '0' }]);
    expect(made?.N).toBe('0');
  });

  test('fails in a run of several tables, and the others are loaded', async () => {
    await ends.source.query('CREATE TABLE beside (id INT PRIMARY KEY)');
    const args = ['run', '--table', 'beside', '--table', 't:texts', '--create', '--json'];
    const ended = await snowstream(args, { cwd: ends.cwd, env: ends.env });
    expect(ended.code, ended.stderr).toBe(2);
    expect(JSON.parse(ended.stdout).outcomes).toMatchObject([
      { outcome: 'proven' },
      { outcome: 'failed', error: { code: 'TARGET_UNSUPPORTED' } },
    ]);
    expect(await ends.snowflake.execute('SELECT V FROM TEXTS')).toEqual([{ V: 'kept' }]);
  });

  test('is checked all the same when it was loaded before it came to be one', async () => {
    await ends.snowflake.execute('CREATE TABLE LATER (id NUMBER(10,0), v VARCHAR(20))');
    const args = (command: string) => [command, '--table', 't:later'];
    expect(await snowstream(args('run'), { cwd: ends.cwd, env: ends.env })).toMatchObject({ code: 0 });
    await ends.snowflake.execute('ALTER TABLE LATER ADD COLUMN n INT DEFAULT 5');
    const checked = await snowstream(args('check'), { cwd: ends.cwd, env: ends.env });
    expect(checked, checked.stderr).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('2 rows proven'),
    });
    const listed = await snowstream(args('channels'), { cwd: ends.cwd, env: ends.env });
    expect(listed, listed.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(/ 0\n$/) });
    const again = await snowstream(args('run'), { cwd: ends.cwd, env: ends.env });
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('column N has a default (5)') });
  });
});

// The local Snowflake has none of these types.
test.each([
  'GEOGRAPHY',
  'GEOMETRY',
  'VECTOR(FLOAT, 3)',
  'MAP(VARCHAR(10), NUMBER(38,0))',
  'OBJECT(a NUMBER(38,0), b VARCHAR(16777216))',
  'ARRAY(NUMBER(38,0))',
  'DECFLOAT(38)',
  'FILE',
  'INTERVAL YEAR(9) TO MONTH',
])('a column of type %s keeps rows from being streamed, also when none feeds it', (describedType) => {
  const property = (described: string) => ({ describedType: described, type: parseSnowflakeType(described) });
  const columns = [
    targetColumn('C', true, property('VARCHAR(20)')),
    targetColumn('G', true, property(describedType)),
  ];
  const source = mapped(column('c', 'varchar', { characterLength: 20, octetLength: 80 }));
  const name = { database: 'D', schema: 'S', table: 'T' };
  const { problem } = outlineTarget(name, { columns }, [source], { create: 'off', evolve: false });
  expect(problem).toMatchObject({
    code: 'TARGET_UNSUPPORTED',
    exitCode: 2,
    message: `D.S.T accepts no streamed rows: column G is ${describedType}, a type that the streaming SDK does not write; remove that from the table, or name another target, which --create creates`,
  });
});
