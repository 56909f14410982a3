import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A page of the documentation. */
export interface Page {
  /** Path from the root. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block. */
export interface Block {
  readonly language: string;
  readonly code: string;
}

/** The files of a folder and below it, as paths from the root, in order. */
export function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith(ending) && !path.includes('/node_modules/'))
    .sort();
}

/** Every page that people read: those at the root, those under docs/, and those of the packages. */
export function pages(): Page[] {
  const atRoot = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  const packages = filesUnder('packages', '.md').filter((path) => !/\/(?:node_modules|dist)\//.test(path));
  return [...atRoot.sort(), ...filesUnder('docs', '.md'), ...packages].map((path) => ({
    path,
    text: readFileSync(`${ROOT}${path}`, 'utf8'),
  }));
}

/** The fenced blocks of a page, in order. */
export function blocksOf({ text }: Page): Block[] {
  return [...text.matchAll(/^```(\w*)[^\n]*\n(.*?)^```$/gms)].map(([, language = '', code = '']) => ({
    language,
    code,
  }));
}

/** A page without its fenced blocks and code spans, where a bracket is a link. */
export function proseOf({ text }: Page): string {
  return text.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`\n]*`/g, '');
}

/** The targets of a page's links and pictures. */
export function linksOf(page: Page): string[] {
  return [...proseOf(page).matchAll(/\]\(([^()\s]+(?:\([^()\s]*\)[^()\s]*)?)\)/g)].map(
    ([, target = '']) => target,
  );
}

/** The anchors that a page's headings have on GitHub. */
export function anchorsOf({ text }: Page): string[] {
  return [...text.replaceAll(/^```.*?^```$/gms, '').matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
}
