import { compactJson, inOrder, type Json, parseJson } from './json.ts';

type Items = readonly Json[];
type Attributes = Extract<Json, { kind: 'object' }>['entries'];

function itemsOf(text: string): Items {
  const json = parseJson(text);
  return json.kind === 'array' ? json.items : [json];
}

function array(items: Items): string {
  return compactJson({ kind: 'array', items });
}

function attributes(text: string): Attributes {
  const json = parseJson(text);
  return json.kind === 'object' ? json.entries : [];
}

function object(entries: Attributes): string {
  return compactJson({ kind: 'object', entries: inOrder(entries) });
}

/** The same for values that are equal. */
function key(json: Json): string {
  return compactJson(json);
}

function distinct(items: Items): Items {
  const seen = new Map(items.map((item) => [key(item), item]));
  return [...seen.values()];
}

/** Each element of the second array matches one of the first. */
function paired(left: Items, right: Items, keep: boolean): Items {
  const rest = right.map(key);
  return left.filter((item) => {
    const at = rest.indexOf(key(item));
    if (at >= 0) rest.splice(at, 1);
    return at >= 0 === keep;
  });
}

function place(index: string, length: number): number {
  const at = Number(index);
  return at < 0 ? Math.max(length + at, 0) : at;
}

function compare(a: Json, b: Json): number {
  if (a.kind === 'number' && b.kind === 'number') return Number(a.text) - Number(b.text);
  const [x, y] = [key(a), key(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Elements by size, what is NULL or undefined last. */
function sorted(items: Items): Items {
  const empty = (item: Json): boolean => item.kind === 'null' || item.kind === 'undefined';
  return [...items.filter((item) => !empty(item)).sort(compare), ...items.filter(empty)];
}

function end(items: Items, which: 0 | -1): string | null {
  const known = sorted(items.filter(({ kind }) => kind !== 'null' && kind !== 'undefined'));
  const found = known.at(which);
  return found ? compactJson(found) : null;
}

/** Functions of arrays and objects; all take and give JSON text, numbers as text. */
export const CONTAINER_FUNCTIONS: Readonly<Record<string, (...values: string[]) => string | null>> = {
  sf_array_cat: (a: string, b: string) => array([...itemsOf(a), ...itemsOf(b)]),
  sf_array_insert: (a: string, index: string, value: string) => {
    const items = [...itemsOf(a)];
    const at = place(index, items.length);
    while (items.length < at) items.push({ kind: 'undefined' });
    items.splice(at, 0, parseJson(value));
    return array(items);
  },
  sf_array_slice: (a: string, from: string, to: string) => array(itemsOf(a).slice(Number(from), Number(to))),
  sf_array_compact: (a: string) =>
    array(itemsOf(a).filter(({ kind }) => kind !== 'null' && kind !== 'undefined')),
  sf_array_distinct: (a: string) => array(distinct(itemsOf(a))),
  sf_array_intersection: (a: string, b: string) => array(paired(itemsOf(a), itemsOf(b), true)),
  sf_array_except: (a: string, b: string) => array(paired(itemsOf(a), itemsOf(b), false)),
  sf_array_flatten: (a: string) =>
    array(itemsOf(a).flatMap((item) => (item.kind === 'array' ? item.items : [item]))),
  sf_array_sort: (a: string, ascending: string) =>
    array(ascending === 'true' ? sorted(itemsOf(a)) : [...sorted(itemsOf(a))].reverse()),
  sf_array_reverse: (a: string) => array([...itemsOf(a)].reverse()),
  sf_array_min: (a: string) => end(itemsOf(a), 0),
  sf_array_max: (a: string) => end(itemsOf(a), -1),
  sf_array_position: (value: string, a: string) => {
    const wanted = key(parseJson(value));
    const at = itemsOf(a).findIndex((item) => key(item) === wanted);
    return at < 0 ? null : String(at);
  },
  sf_object_insert: (o: string, name: string, value: string, replace: string) => {
    const known = attributes(o);
    const others = known.filter(([each]) => each !== name);
    if (others.length < known.length && replace !== 'true') {
      throw new Error(`SF|100200|22000|Duplicate field key '${name}'`);
    }
    return object([...others, [name, parseJson(value)]]);
  },
  sf_object_delete: (o: string, names: string) => {
    const gone = new Set(JSON.parse(names) as string[]);
    return object(attributes(o).filter(([name]) => !gone.has(name)));
  },
  sf_object_pick: (o: string, names: string) => {
    const kept = new Set(JSON.parse(names) as string[]);
    return object(attributes(o).filter(([name]) => kept.has(name)));
  },
  sf_json_get_any_case: (o: string, name: string) => {
    const known = attributes(o);
    const found =
      known.find(([each]) => each === name) ??
      known.find(([each]) => each.toLowerCase() === name.toLowerCase());
    return found ? compactJson(found[1]) : null;
  },
};
