import { nearest } from '../nearest.ts';
import { SETTINGS } from '../schema.ts';
import { readFoundText, readText } from '../text-file.ts';
import { broken, type Entry, NOTHING, type Source } from './source.ts';

const BY_PATH = new Map(
  SETTINGS.flatMap((setting) =>
    setting.filePath === undefined ? [] : [[setting.filePath, setting.key] as const],
  ),
);
const PATHS = [...BY_PATH.keys()];
const SECTIONS = new Set(
  PATHS.filter((path) => path.includes('.')).map((path) => path.slice(0, path.indexOf('.'))),
);

/**
 * Reads the project's own config file.
 *
 * @param path where it is
 * @param name what to call it in messages
 * @param isAsked whether the user named it, so that it has to be there
 */
export function configFileSource(path: string, name: string, isAsked: boolean): Source {
  const file = isAsked ? readText(path) : readFoundText(path);
  if (file.text === undefined) {
    return file.isMissing && !isAsked ? NOTHING : broken(`cannot read ${name}: ${file.problem}`);
  }
  const content = parseJson(file.text, name);
  if (content.problem !== undefined) return broken(content.problem);
  return { ...objectSource(content.object, name), file: { path, ...file.exposure } };
}

/**
 * Reads an object of the form of the config file.
 *
 * @param name what to call it in messages
 */
export function objectSource(settings: object, name: string): Source {
  const entries: Entry[] = [];
  const problems: string[] = [];
  const visit = (object: object, prefix: string) => {
    for (const [word, value] of Object.entries(object)) {
      const where = prefix + word;
      const key = BY_PATH.get(where);
      // Programs write `rejects: path` also where there is no path.
      if (value === undefined) continue;
      if (key !== undefined) {
        entries.push({ key, value, origin: `${where} in ${name}` });
      } else if (prefix === '' && SECTIONS.has(word)) {
        if (isObject(value)) visit(value, `${word}.`);
        else problems.push(`${word} in ${name} must be an object`);
      } else {
        const near = nearest(where, PATHS);
        problems.push(
          `${where} in ${name} is not a setting${near === undefined ? '' : `: did you mean ${near}?`}`,
        );
      }
    }
  };
  visit(settings, '');
  return { entries, problems };
}

/** Parses the text of a JSON file that must hold an object; the problem never quotes the text, which holds secrets. */
export function parseJson(
  text: string,
  name: string,
): { readonly object: object; readonly problem?: undefined } | { readonly problem: string } {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    const position = /at position (\d+)/u.exec(error instanceof Error ? error.message : '')?.[1];
    const line = position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length;
    return { problem: `${name} is not valid JSON${line === undefined ? '' : ` (line ${line})`}` };
  }
  return isObject(content) ? { object: content } : { problem: `${name} must hold a JSON object` };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
