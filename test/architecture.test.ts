import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../scripts/setup/places.mjs';

/** One import of a file: what is written, and whether it is there at run time. */
interface Import {
  readonly file: string;
  readonly specifier: string;
  /** The file in this repository that it leads to. */
  readonly target: string | undefined;
  readonly isType: boolean;
  readonly isDynamic: boolean;
}

const isCode = (name: string): boolean => /\.(ts|mjs|java)$/.test(name) && !name.endsWith('.d.ts');

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(isCode)
    .map((name) => join(folder, name).replaceAll('\\', '/'));
}

const contents = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Comments may quote code; strings may not hold import statements here. */
const withoutComments = (code: string): string =>
  code.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1');

const STATEMENT =
  /(?:^|\n)\s*(import|export)\s+(type\s+)?((?:[\w*\s{},$]|\bas\b)*?)\s*(?:from\s*)?'([^']+)'/g;
const DYNAMIC = /(\btypeof\s+|[:=|<]\s*)?\bimport\(\s*'([^']+)'\s*\)(\.\w+)?/g;

function importsOf(file: string): Import[] {
  const code = withoutComments(contents(file));
  const found: Import[] = [];
  const add = (specifier: string, isType: boolean, isDynamic: boolean) => {
    const target = specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : undefined;
    found.push({ file, specifier, target, isType, isDynamic });
  };
  for (const [, , type, names = '', specifier = ''] of code.matchAll(STATEMENT)) {
    const list = /\{([^}]*)\}/
      .exec(names)?.[1]
      ?.split(',')
      .filter((name) => name.trim() !== '');
    const onlyTypes =
      list !== undefined &&
      list.length > 0 &&
      /^\s*\{/.test(names) &&
      list.every((name) => /^\s*type\s/.test(name));
    add(specifier, type !== undefined || onlyTypes, false);
  }
  for (const [, before = '', specifier = '', member] of code.matchAll(DYNAMIC)) {
    const isType = before.startsWith('typeof') || (before !== '' && member !== undefined);
    add(specifier, isType, true);
  }
  return found;
}

const sources = [...filesIn('src'), ...filesIn('packages/local-snowflake/src')];
const imports = sources.flatMap(importsOf);
const atRunTime = imports.filter(({ isType }) => !isType);
const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
const isEmulator = (file: string) => file.startsWith('packages/local-snowflake/');

test('this test sees the imports', () => {
  const seen = (file: string) =>
    importsOf(file).map(({ specifier, isType }) => `${isType ? 'type ' : ''}${specifier}`);
  expect(seen('src/bridge/jvm.ts')).toEqual(
    expect.arrayContaining(['../errors.ts', 'java', 'type ./java-classes.ts', './jvm-options.ts']),
  );
  expect(seen('src/source/mysql/connection.ts')).toEqual(
    expect.arrayContaining(['type mysql2/promise', 'mysql2/promise']),
  );
  expect(seen('src/local-snowflake.ts')).toEqual(
    expect.arrayContaining(['./emulator.ts', 'type ./emulator.ts']),
  );
  expect(seen('src/emulator.ts')).toEqual(['local-snowflake']);
  expect(imports.length).toBeGreaterThan(200);
});

describe('each foreign package is imported by one module', () => {
  test.each<[string, (file: string) => boolean]>([
    ['java', (file) => file === 'src/bridge/jvm.ts'],
    ['mysql2', (file) => file.startsWith('src/source/mysql/')],
    ['snowflake-sdk', (file) => file.startsWith('src/snowflake/')],
    ['google-libphonenumber', (file) => file.startsWith('src/transform/')],
    ['zod', (file) => file.startsWith('src/config/') || isEmulator(file)],
    ['dotenv', (file) => file.startsWith('src/config/')],
    ['pino', (file) => file === 'src/log.ts'],
    ['@duckdb/node-api', isEmulator],
    ['local-snowflake', (file) => file === 'src/emulator.ts'],
    ['hono', isEmulator],
    ['@hono/node-server', isEmulator],
  ])('%s', (name, belongs) => {
    const strangers = imports.filter(
      ({ file, specifier }) => packageOf(specifier) === name && !belongs(file),
    );
    expect(strangers.map(({ file }) => file)).toEqual([]);
  });

  test('java and snowflake-sdk are loaded when they are needed, not before', () => {
    const eager = atRunTime.filter(
      ({ specifier, isDynamic }) => ['java', 'snowflake-sdk'].includes(packageOf(specifier)) && !isDynamic,
    );
    expect(eager.map(({ file }) => file)).toEqual([]);
  });
});

describe('where a load is has one owner', () => {
  test('offset tokens and channel names are written and parsed in checkpoint/ alone', () => {
    const others = sources.filter((file) => !file.startsWith('src/checkpoint/') && !isEmulator(file));
    const strangers = others.filter((file) =>
      /['}]_REJECTS|codeToken\(/.test(withoutComments(contents(file))),
    );
    expect(strangers).toEqual([]);
    expect(filesIn('src/checkpoint')).toContain('src/checkpoint/offset-token.ts');
  });

  test('the check knows nothing of how rows are loaded', () => {
    const loading = imports.filter(
      ({ file, target }) => file.startsWith('src/check/') && target?.startsWith('src/load/'),
    );
    expect(loading.map(({ file }) => file)).toEqual([]);
  });
});

describe('the source is an interface, and MySQL one side of it', () => {
  const isMysql = (file: string) => file.startsWith('src/source/mysql/');
  const others = sources.filter((file) => !isMysql(file) && !isEmulator(file));

  test('source/mysql/ is known to those alone who open it', () => {
    const users = imports.filter(
      ({ file, target }) => target !== undefined && isMysql(target) && !isMysql(file),
    );
    expect([...new Set(users.map(({ file }) => file))].sort()).toEqual([
      // Its own diagnosis, and the steps of the notebook.
      'src/commands/doctor.ts',
      'src/ends.ts',
      'src/notebook.ts',
      'src/pipeline.ts',
      'src/retry-rejects.ts',
    ]);
  });

  /** What SQL of MySQL has and SQL of Snowflake has not; comments may have it. */
  const MYSQL_SQL =
    /information_schema|\\`|\bUSING (?:utf8|binary)|\b(?:DATE|TIME)_FORMAT\(|AS (?:CHAR|UNSIGNED|BINARY)\)|SHOW WARNINGS|@@\w|SET SESSION|GROUP_CONCAT|mysql(?:Identifier|Table)\(/;

  test('no SQL of MySQL is written elsewhere', () => {
    const writing = others.filter((file) => MYSQL_SQL.test(withoutComments(contents(file))));
    expect(writing).toEqual([]);
    // The rule sees it where it is.
    for (const name of ['identifier', 'table', 'measures', 'snapshot', 'unordered', 'types/temporal'])
      expect(withoutComments(contents(`src/source/mysql/${name}.ts`)), name).toMatch(MYSQL_SQL);
  });

  test('any other SQL is written where Snowflake is asked', () => {
    const asking = others.filter((file) =>
      /['"`]\s*(?:SELECT|INSERT INTO|DELETE FROM|TRUNCATE TABLE|CREATE TABLE|ALTER TABLE)\s/.test(
        withoutComments(contents(file)),
      ),
    );
    // The doctor asks who it is there.
    const rooms = /^src\/(?:snowflake|check|transform|load|commands\/doctor-target)/;
    expect(asking.filter((file) => !rooms.test(file))).toEqual([]);
    expect(asking).toContain('src/check/check.ts');
  });

  test('the interface, the types and the check import one another in no circle, types included', () => {
    const graph = new Map<string, Set<string>>();
    const isPart = (file: string) => /^src\/(?:source|types|check|plan)\//.test(file);
    for (const { file, target } of imports)
      if (target !== undefined && isPart(file) && isPart(target)) link(graph, file, target);
    expect(graph.size).toBeGreaterThan(50);
    expect(cycles(graph)).toEqual([]);
  });
});

describe('the local Snowflake shares no code with the pipeline, so that neither hides the mistake of the other', () => {
  test('it imports nothing of src/', () => {
    const out = imports.filter(
      ({ file, target }) => isEmulator(file) && target !== undefined && !isEmulator(target),
    );
    expect(out).toEqual([]);
  });

  test('it is imported by its name alone, when somebody asks for it', () => {
    const into = imports.filter(
      ({ file, target }) => !isEmulator(file) && target !== undefined && isEmulator(target),
    );
    expect(into).toEqual([]);
    for (const { file, isType, isDynamic } of imports.filter(({ target }) => target === 'src/emulator.ts')) {
      expect(file).toBe('src/local-snowflake.ts');
      expect(isType || isDynamic).toBe(true);
    }
  });

  describe('nothing in it imports what imports it, types included', () => {
    const inside = imports.filter(({ file, target }) => isEmulator(file) && target !== undefined);
    /** An expression may contain a query, and a query expressions: a parser calls itself through its files. */
    const GRAMMAR = new Set(
      [
        'call → expression',
        'clauses → expression',
        'predicate → expression',
        'star → expression',
        'from → query',
      ].map((step) => step.replaceAll(/\w+/g, 'packages/local-snowflake/src/sql/parse/$&.ts')),
    );
    const step = ({ file, target }: Import) => `${file} → ${target}`;

    test('no file, but for the recursion of the grammar', () => {
      const graph = new Map<string, Set<string>>();
      for (const each of inside) if (!GRAMMAR.has(step(each))) link(graph, each.file, each.target ?? '');
      expect(cycles(graph)).toEqual([]);
      expect([...GRAMMAR].filter((named) => !inside.some((each) => step(each) === named))).toEqual([]);
    });

    test('no folder', () => {
      // A file beside the folders, such as context.ts, counts as one.
      const folderOf = (file: string) =>
        dirname(file) === 'packages/local-snowflake/src' ? file : dirname(file);
      const graph = new Map<string, Set<string>>();
      for (const { file, target = '' } of inside)
        if (folderOf(file) !== folderOf(target)) link(graph, folderOf(file), folderOf(target));
      expect(cycles(graph)).toEqual([]);
      expect(graph.size).toBeGreaterThan(15);
    });
  });

  test('what a terminal may be shown is the same rule in both', () => {
    // A package that both need would be one more to publish, for a file that imports nothing.
    const [ours, its] = ['src', 'packages/local-snowflake/src'].map((folder) =>
      contents(`${folder}/terminal-text.ts`),
    );
    expect(its).toBe(ours);
    expect(importsOf('src/terminal-text.ts')).toEqual([]);
  });
});

describe('files are opened for writing, changed and removed where the rule for it is', () => {
  /** What neither makes nor changes anything, nor reads what a user has given. */
  const HARMLESS = new Set([
    'accessSync',
    'constants',
    'existsSync',
    'lstat',
    'lstatSync',
    'readdir',
    'readdirSync',
    'realpath',
    'realpathSync',
    'stat',
    'statSync',
    'statfs',
    'FileHandle',
    'Stats',
  ]);
  /** Who else may do what, and why that is safe. */
  const ALLOWED: Readonly<Record<string, readonly string[]>> = {
    // Of the package itself, or of the system.
    'src/bridge/jars.ts': ['readFileSync'],
    'src/bridge/jvm-options.ts': ['readFileSync'],
    'src/cli.ts': ['readFileSync'],
    'src/transform/phone-library.ts': ['readFileSync'],
    'packages/local-snowflake/src/udf/javascript-relay.ts': ['readFileSync'],
    'packages/local-snowflake/src/udf/resident-bytes.ts': ['readFileSync'],
    // In a folder that mkdtemp has made for this process.
    'src/bridge/readable-class-path.ts': ['copyFileSync', 'cpSync', 'linkSync', 'mkdtempSync', 'rmSync'],
    // Old logs of the program, in a folder that nobody else can change.
    'src/bridge/java-log.ts': ['mkdirSync', 'rmSync'],
    // A folder that mkdtemp has made, and the admin token of the process that this one started.
    'packages/local-snowflake/src/main.ts': ['mkdtempSync', 'rmSync'],
    'packages/local-snowflake/src/start.ts': ['readFile', 'rm'],
    // A public key.
    'packages/local-snowflake/src/credentials.ts': ['readFileSync'],
    // Inside the data folder, which is judged when it is opened, or the stage, whose paths are checked by themselves.
    'packages/local-snowflake/src/instance.ts': ['mkdirSync', 'rmSync'],
    'packages/local-snowflake/src/store/store.ts': ['mkdirSync'],
    'packages/local-snowflake/src/streaming/janitor.ts': ['rm', 'rmdir'],
    'packages/local-snowflake/src/streaming/parquet-file.ts': ['open', 'rm'],
    'packages/local-snowflake/src/streaming/routes.ts': ['mkdir'],
    'packages/local-snowflake/src/stage/stage.ts': [
      'createReadStream',
      'createWriteStream',
      'mkdir',
      'open',
      'rename',
      'rm',
    ],
  };
  const isRule = (file: string) =>
    file.startsWith('src/file/') || file === 'packages/local-snowflake/src/data-folder.ts';
  const FS = /import\s+(?:type\s+)?(?:\{([^}]*)\}|[^;'{]+?)\s+from\s+'(?:node:)?fs(?:\/promises)?'/g;
  const used = sources.flatMap((file) =>
    [...withoutComments(contents(file)).matchAll(FS)].map(([, list]) => ({
      file,
      names: list?.split(',').map(
        (name) =>
          name
            .replace(/^\s*type\s/, '')
            .split(' as ')[0]
            ?.trim() ?? '',
      ),
    })),
  );

  test('nothing else does', () => {
    const others = used.flatMap(({ file, names = ['everything of node:fs'] }) =>
      names
        .filter(
          (name) => name !== '' && !HARMLESS.has(name) && !isRule(file) && !ALLOWED[file]?.includes(name),
        )
        .map((name) => `${file}: ${name}`),
    );
    expect(others).toEqual([]);
  });

  test('each of them is seen, and does what it may', () => {
    const seen = (file: string) =>
      used.filter((each) => each.file === file).flatMap(({ names = [] }) => names);
    for (const [file, names] of Object.entries(ALLOWED))
      expect(seen(file)).toEqual(expect.arrayContaining([...names]));
    const importers = imports.filter(({ specifier }) => /^(?:node:)?fs(?:\/promises)?$/.test(specifier));
    expect([...new Set(importers.map(({ file }) => file))].sort()).toEqual(
      [...new Set(used.map(({ file }) => file))].sort(),
    );
  });

  test('nothing asks for node:fs at run time, which the tests above would not see', () => {
    const asks = sources.filter((file) =>
      /(?:require|import|getBuiltinModule)\(\s*['"](?:node:)?fs/.test(withoutComments(contents(file))),
    );
    // A worker of a text, which sets times by a descriptor.
    expect(asks).toEqual(['src/file/heartbeat.ts']);
  });
});

describe('modules', () => {
  test('the way into Snowflake is an interface: nothing outside ingest names the classic classes but who opens them', () => {
    const users = imports.filter(
      ({ file, target }) =>
        target?.startsWith('src/ingest/classic-') === true && !file.startsWith('src/ingest/'),
    );
    expect([...new Set(users.map(({ file }) => file))].sort()).toEqual(['src/notebook.ts']);
  });

  const filesWith = (pattern: RegExp) => filesIn('src').filter((file) => pattern.test(contents(file)));

  test('nothing outside ingest and the bridge names classes of the classic SDK', () => {
    const naming = filesWith(/net\.snowflake\.ingest\.streaming/);
    expect(naming.filter((file) => !/^src\/(?:ingest|bridge)\//.test(file))).toEqual([]);
  });

  test('names are quoted in one file for each side', () => {
    expect(filesWith(/replaceAll\('`', '``'\)/)).toEqual(['src/source/mysql/identifier.ts']);
    expect(filesWith(/replaceAll\('"', '""'\)/)).toEqual(['src/snowflake/identifier.ts']);
  });

  test('no folder depends on one that depends on it, types included', () => {
    expect(cycles(folderGraph())).toEqual([]);
  });

  test('control flow does not depend on the words of an error', () => {
    const reading = sources
      .filter((file) => !isEmulator(file))
      .filter((file) =>
        /[mM]essage\.(startsWith|endsWith|match|includes|search)\(|\.(test|exec)\([^)\n]*([mM]essage|problem|toStringSync\()/.test(
          contents(file),
        ),
      );
    expect(reading.sort()).toEqual([
      // node-java gives no class of an exception but at the beginning of its text.
      'src/bridge/jvm.ts',
      // Only the remedy that doctor prints depends on it: a problem of a setting is a line.
      'src/commands/doctor-remedies.ts',
      // JSON.parse says the position in words only; it is printed.
      'src/config/sources/config-file.ts',
      // The SDK says in words only that a channel is fenced.
      'src/ingest/classic-channel.ts',
      // The first line of a stack that is the message is not printed twice.
      'src/rendered-error.ts',
      // Snowflake has one code for a database, a schema and a table that do not exist.
      'src/snowflake/target.ts',
      // Node says in words only that a TLS login was cut off.
      'src/source/mysql/server-error.ts',
    ]);
  });

  test('pipeline.ts is the path, and nothing else', () => {
    expect(contents('src/pipeline.ts').split('\n').length).toBeLessThan(100);
  });

  test('no file of the pipeline does, either', () => {
    const graph = new Map<string, Set<string>>();
    // A parser calls itself through its files: an expression may hold a query, and a query expressions.
    for (const { file, target } of atRunTime)
      if (target !== undefined && !isEmulator(file)) link(graph, file, target);
    expect(cycles(graph)).toEqual([]);
  });
});

test('few files write to the standard streams, and a line of ours is never made by a line end inside of a text', () => {
  const writers = sources.filter((file) =>
    /\bprocess\.std(?:out|err)\b|\bconsole\.|\bfd: 2\b/u.test(withoutComments(contents(file))),
  );
  expect(writers.sort()).toEqual([
    'packages/local-snowflake/src/log.ts',
    'packages/local-snowflake/src/main.ts',
    'src/cli.ts',
    'src/commands/command-output.ts',
    'src/commands/run.ts',
    'src/commands/standard-streams.ts',
    'src/log.ts',
  ]);
  const composers = sources.filter(
    (file) => /^src\/(?:commands|report|plan)\//u.test(file) && contents(file).includes('\\n'),
  );
  expect(composers.sort()).toEqual([
    'src/commands/command-output.ts',
    'src/report/run-text.ts',
    'src/report/status-line.ts',
  ]);
});

describe('files', () => {
  const program = [...sources, ...filesIn('scripts'), ...filesIn('jars/src'), ...filesIn('examples')];
  const files = [...program, ...filesIn('test'), ...filesIn('packages/local-snowflake/test')];

  test('no file of the program is over 300 lines', () => {
    const long = program
      .map((file) => [file, contents(file).split('\n').length - 1] as const)
      .filter(([, lines]) => lines > 300);
    expect(long).toEqual([]);
  });

  test('each is named for what it is', () => {
    const vague = /^(utils?|helpers?|common|misc|shared|tools|lib)$/i;
    const named = files.filter((file) =>
      relative('src', file)
        .split('/')
        .some((part) => vague.test(basename(part).replace(/(\.test)?\.\w+$/, ''))),
    );
    expect(named.filter((file) => file !== 'scripts/setup/tools.mjs')).toEqual([]);
  });

  test('no relative import lacks its ending, and each leads somewhere', () => {
    const lost = imports.filter(({ target }) => target !== undefined && !sources.includes(target));
    expect(lost.map(({ file, specifier }) => `${file}: ${specifier}`)).toEqual([]);
  });
});

/** Which folder in src needs which; each file directly in src, such as pipeline.ts, is one of its own. */
function folderGraph(): Map<string, Set<string>> {
  const room = (file: string) => /^src\/[^/]+/.exec(file)?.[0];
  const graph = new Map<string, Set<string>>();
  for (const { file, target } of imports) {
    const [from, to] = [room(file), room(target ?? '')];
    if (from !== undefined && to !== undefined && from !== to) link(graph, from, to);
  }
  return graph;
}

function link(graph: Map<string, Set<string>>, from: string, to: string): void {
  graph.set(from, (graph.get(from) ?? new Set()).add(to));
}

/** Every way from a node back to it, once each. */
function cycles(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const found = new Set<string>();
  const done = new Set<string>();
  const walk = (node: string, path: readonly string[]): void => {
    const start = path.indexOf(node);
    if (start >= 0) {
      found.add([...path.slice(start), node].join(' → '));
      return;
    }
    if (done.has(node)) return;
    for (const next of graph.get(node) ?? []) walk(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) walk(node, []);
  return [...found];
}
