import { compactJson, type Json, parseJson } from './json.ts';
import { stepInto } from './path.ts';

const PART = '\x1c';
const ROW = '\x1e';
const FIELD = '\x1f';
/** The sign for NULL between the separators; none of the four can occur in JSON text. */
const NULL = '\x1d';

/**
 * The rows of FLATTEN as one text, `null` for none: rows apart by 0x1E, the fields KEY, PATH, INDEX, VALUE, THIS by
 * 0x1F. THIS is a number, from 1, among the containers that follow behind 0x1C, apart by 0x1E: the text of a large
 * array is there once and not in each of its rows. `options` are mode, recursive and outer, apart by blanks.
 */
export function flattenEntries(text: string, path: string, options: string): string | null {
  const [mode = 'BOTH', recursive, outer] = options.split(' ');
  const root = stepInto(parseJson(text), path === '' ? [] : path.split('.'));
  const rows: string[] = [];
  const containers: string[] = [];
  const visit = (json: Json, at: string): void => {
    if (json.kind !== 'object' && json.kind !== 'array') return;
    const self = containers.push(compactJson(json));
    const add = (key: string, where: string, index: string, value: Json): void => {
      rows.push([key, where, index, compactJson(value), self].join(FIELD));
      if (recursive === 'true') visit(value, where);
    };
    if (json.kind === 'object' && mode !== 'ARRAY') {
      for (const [key, value] of json.entries)
        add(key, at + (at === '' ? '' : '.') + pathKey(key), NULL, value);
    }
    if (json.kind === 'array' && mode !== 'OBJECT') {
      json.items.forEach((value, index) => {
        // An element that was left out has an index but no row.
        if (value.kind !== 'undefined') add(NULL, `${at}[${index}]`, String(index), value);
      });
    }
  };
  if (root) visit(root, path);
  if (rows.length === 0 && outer === 'true') {
    const row = [NULL, path, NULL, NULL, root ? '1' : NULL].join(FIELD);
    return row + PART + (root ? compactJson(root) : '');
  }
  return rows.length === 0 ? null : rows.join(ROW) + PART + containers.join(ROW);
}

function pathKey(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? key : `['${key}']`;
}
