import type { Shown } from './tally.ts';

/** The content of a bar. */
export interface Bar extends Shown {
  /** The table, or how many there are. */
  readonly name: string;
  /** From 0 to 1. */
  readonly part: number;
}

const LONGEST = 24;
/** A bar with fewer steps adds nothing to the row count. */
const SHORTEST = 8;
/** Fewer characters of a name do not distinguish tables. */
const SHORTEST_NAME = 12;

/**
 * A bar of this many columns: `shop.people [████░░░░] 3,000 rows · 1,000 rows/s · 5.0 MB`. Where they are too few, the bar
 * is shortened, then dropped, then the megabytes, then the beginning of the name; rows and their rate are kept longest.
 */
export function barText({ name, part, rows, rate, megabytes }: Bar, columns: number): string {
  const figures = `${rows} rows · ${rate} rows/s`;
  const all = `${figures} · ${megabytes} MB`;
  const steps = Math.min(LONGEST, columns - width(`${name} [] ${all}`));
  if (steps >= SHORTEST) return `${name} [${drawn(part, steps)}] ${all}`;
  const least = Math.min(width(name), SHORTEST_NAME);
  const figuresShown = columns - width(` ${all}`) >= least ? all : figures;
  const room = columns - width(` ${figuresShown}`);
  if (room < 2) return shortened(figures, columns, 'end');
  return `${shortened(name, room, 'start')} ${figuresShown}`;
}

function drawn(part: number, steps: number): string {
  const full = Math.round(Math.min(Math.max(part, 0), 1) * steps);
  return '█'.repeat(full) + '░'.repeat(steps - full);
}

/** Removes characters at one end until a text fits, and marks that with an ellipsis. */
function shortened(text: string, columns: number, from: 'start' | 'end'): string {
  if (width(text) <= columns) return text;
  const characters = [...text];
  while (characters.length > 0 && width(characters.join('')) >= columns)
    if (from === 'start') characters.shift();
    else characters.pop();
  return from === 'start' ? `…${characters.join('')}` : `${characters.join('')}…`;
}

/** Symbols of these lines that are one column wide. */
const NARROW = /[·…█░]/u;
const COMBINING = /\p{Mark}/u;

/** The most columns that a terminal takes for a text: all scripts from Hangul on count as wide, whether they are or not. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (COMBINING.test(character)) continue;
    columns += (character.codePointAt(0) ?? 0) < 0x1100 || NARROW.test(character) ? 1 : 2;
  }
  return columns;
}
