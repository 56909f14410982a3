import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ROOT } from './markdown.ts';

const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

/**
 * Compiles programs as a user of the package would: each a module of its own that imports the package by its name,
 * which leads to what is in dist.
 *
 * @param programs the text of each, by its name
 * @returns what the compiler has to say, a line each; empty when all is well
 */
export function compile(programs: ReadonlyMap<string, string>): string[] {
  // Inside the package, so that its name resolves to itself: https://nodejs.org/api/packages.html#self-referencing-a-package-using-its-name
  mkdirSync(join(ROOT, '.local'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.local', 'docs-'));
  try {
    for (const [name, text] of programs) writeFileSync(join(folder, `${name}.ts`), `${text}\nexport {};\n`);
    const compilerOptions = {
      rootDir: '.',
      paths: {},
      // Documentation shows a value without using it, and imports types as people do.
      noUnusedLocals: false,
      verbatimModuleSyntax: false,
    };
    const config = { extends: '../../tsconfig.json', compilerOptions, include: ['*.ts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    execFileSync(process.execPath, [TSC, '-p', folder, '--pretty', 'false'], {
      encoding: 'utf8',
      cwd: folder,
    });
    return [];
  } catch (error) {
    if (error instanceof Error && 'stdout' in error) return String(error.stdout).trim().split('\n');
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
