import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../scripts/setup/places.mjs';

// What says the same in several files says the same thing.

const contents = (file: string): string => readFileSync(join(root, file), 'utf8');
const json = (file: string) => JSON.parse(contents(file));
const found = (file: string, pattern: RegExp): string[] =>
  [...contents(file).matchAll(pattern)].map(([, group = '']) => group);

const workflow = '.github/workflows/ci.yml';
const oldest = json('package.json').engines.node.replace('>=', '') as string;
const advised = contents('.nvmrc').trim();
const matrix = found(workflow, /^ {8}node: \[(.*)\]$/gm).flatMap((list) =>
  list.split(', ').map((version) => version.replaceAll("'", '')),
);

describe('versions of Node', () => {
  test('the oldest is the one of package.json wherever one is named', () => {
    const [major, minor] = oldest.split('.');
    expect(found('scripts/setup.mjs', /OLDEST_NODE = \[(\d+, \d+)\]/g)).toEqual([`${major}, ${minor}`]);
    for (const page of ['README.md', 'CONTRIBUTING.md', 'src/commands/doctor.ts'])
      expect(found(page, /Node(?:\.js)? (\d+\.\d+) or newer/g), page).toContain(`${major}.${minor}`);
    expect(json('package.json').devDependencies['@types/node'].split('.')[0]).toBe(major);
  });

  test('the workflow runs the oldest, the one of .nvmrc and those that the README names', () => {
    expect(matrix).toContain(oldest);
    expect(matrix).toContain(advised);
    const named = found('README.md', /tested with Node\.js ([\d.]+(?:(?:, | and )[\d.]+)*)/g).flatMap(
      (list) => list.split(/, | and /),
    );
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((version) => !matrix.some((each) => each.startsWith(version)))).toEqual([]);
    expect(contents('.devcontainer/devcontainer.json')).toContain(`typescript-node:${advised}-`);
  });
});

test('the tests of other runtimes are files that exist', () => {
  const named = found('scripts/test-runtime.mjs', /^ {2}'((?:test|packages)\/[^']+)',$/gm);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('each action of the workflow is pinned by its commit, with the version beside it', () => {
  const used = found(workflow, /uses: (.*)/g);
  expect(used.length).toBeGreaterThan(5);
  expect(used.filter((action) => !/^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
});

test('Dependabot leaves the bridge alone, and knows each pom.xml', () => {
  const config = contents('.github/dependabot.yml');
  expect(config).toMatch(/^ {4}ignore:\n(?: {6}.*\n)* {6}- dependency-name: java\n/m);
  const folders = found('.github/dependabot.yml', /^ {6}- \/(.*)$/gm);
  expect(folders).toEqual(['jars', 'bench/java', 'test/conformance']);
  expect(folders.filter((folder) => !existsSync(join(root, folder, 'pom.xml')))).toEqual([]);
});

test('.editorconfig says what biome.json says', () => {
  const { indentStyle, indentWidth, lineWidth } = json('biome.json').formatter;
  const general = /^\[\*\]\n((?:.+\n)*)/m.exec(contents('.editorconfig'))?.[1]?.trim().split('\n');
  expect(general).toEqual(
    expect.arrayContaining([
      `indent_style = ${indentStyle}`,
      `indent_size = ${indentWidth}`,
      `max_line_length = ${lineWidth}`,
    ]),
  );
});
