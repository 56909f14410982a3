import type { Json } from './json.ts';

/** Follows keys and indexes into a value; `undefined` where there is nothing. */
export function stepInto(json: Json, steps: readonly (string | number)[]): Json | undefined {
  let here: Json | undefined = json;
  for (const step of steps) {
    if (here?.kind === 'object') here = here.entries.find(([key]) => key === String(step))?.[1];
    else if (here?.kind === 'array' && typeof step === 'number') here = here.items[step];
    else return undefined;
  }
  return here;
}
