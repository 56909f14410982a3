import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { filesUnder, ROOT } from './markdown.ts';

interface Example {
  /** `StreamingIngestChannel in src/ingest/classic-channel.ts` */
  readonly where: string;
  readonly code: string;
}

/** Every name that an entry of the package exports: `declared as exported` where the two differ. */
function exportedNames(entry: 'index' | 'notebook'): string[] {
  const index = readFileSync(`${ROOT}src/${entry}.ts`, 'utf8');
  return [...index.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names = '']) =>
    names
      .split(',')
      .map((name) => name.trim().replace(/^type /, ''))
      .filter((name) => name !== ''),
  );
}

const declaredName = (name: string): string => name.split(' as ')[0] ?? '';
const publicName = (name: string): string => name.split(' as ').at(-1) ?? '';

/** The examples in the doc comments of what the package exports, members of classes included. */
function examples(exported: ReadonlySet<string>): Example[] {
  return filesUnder('src', '.ts').flatMap((path) => {
    const text = readFileSync(`${ROOT}${path}`, 'utf8');
    return [...text.matchAll(/\/\*\*(?:(?!\*\/).)*?@example(.*?)\*\/\s*(\S[^\n]*)/gs)].flatMap((match) => {
      const [, body = '', declaration = ''] = match;
      const owner = ownerOf(declaration) ?? ownerOf(lastExport(text.slice(0, match.index)));
      if (owner === undefined || !exported.has(owner)) return [];
      const code = body.replaceAll(/^ *\* ?/gm, '').replace(/^@\w.*/ms, '');
      return [{ where: `${owner} in ${path}`, code }];
    });
  });
}

const EXPORT = /^export (?:abstract )?(?:async )?(?:function\*?|class|interface|type|const) (\w+)/;

function ownerOf(declaration: string): string | undefined {
  return EXPORT.exec(declaration)?.[1];
}

/** The export that a member stands in. */
function lastExport(before: string): string {
  return before.match(new RegExp(EXPORT, 'gm'))?.at(-1) ?? '';
}

// What an example may use without saying where it came from.
const SURROUNDINGS = `
declare const settings: Settings;
declare const session: SnowflakeSession;
declare const source: Source;
declare const jvm: Jvm;
declare const channel: StreamingIngestChannel;
declare const error: unknown;
declare const cause: unknown;`;

test('every example in the doc comments of the public API compiles', () => {
  const exported = exportedNames('index');
  const steps = exportedNames('notebook').filter((name) => !exported.includes(name));
  const found = examples(new Set([...exported, ...steps].map(declaredName)));
  // Were the comments read wrongly, there would be none to compile.
  expect(found.map(({ where }) => where)).toEqual(
    expect.arrayContaining([
      'run in src/pipeline.ts',
      'StreamingIngestChannel in src/ingest/classic-channel.ts',
    ]),
  );
  const head = [
    "import { readFile } from 'node:fs/promises';",
    `import { ${exported.map(publicName).join(', ')} } from 'snowflake-streaming-api-node';`,
    `import { ${steps.map(publicName).join(', ')} } from 'snowflake-streaming-api-node/notebook';`,
    SURROUNDINGS,
  ].join('\n');
  const programs = found.map(
    ({ where, code }, index) =>
      [
        `example_${index}_${where.replaceAll(/\W+/g, '_')}`,
        `${head}\nexport async function example() {\n${code}\n}`,
      ] as const,
  );
  expect(compile(new Map(programs))).toEqual([]);
});

test('every function and class of the public API has an example, and every export a doc comment', () => {
  const names = new Set([...exportedNames('index'), ...exportedNames('notebook')]);
  const texts = filesUnder('src', '.ts').map((path) => readFileSync(`${ROOT}${path}`, 'utf8'));
  const lacking = [...names].flatMap((written) => {
    const name = declaredName(written);
    const declared = new RegExp(
      `(/\\*\\*(?:(?!\\*/).)*\\*/\\s*)?^export (?:async )?(function\\*?|class|interface|type|const) ${name}\\b`,
      'gms',
    );
    // The public one of several with the same name has the example.
    const found = texts.flatMap((text) => [...text.matchAll(declared)]);
    const documented = found.filter(([, comment]) => comment !== undefined);
    if (documented.length === 0) return [`${name}: no doc comment`];
    const isCallable = found.some(([, , kind]) => kind?.startsWith('function') || kind === 'class');
    return isCallable && !documented.some(([, comment]) => comment?.includes('@example'))
      ? [`${name}: no example`]
      : [];
  });
  expect(lacking).toEqual([]);
});
