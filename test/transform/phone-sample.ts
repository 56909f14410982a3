import { readFileSync } from 'node:fs';

/** A number and what Python's phonenumbers makes of it. */
export interface Sample {
  readonly shape: string;
  readonly phone: string | null;
  readonly python: string;
  /** Empty where JavaScript answers the same; otherwise why it does not. */
  readonly differsBy: string;
}

const [first = '', , ...lines] = readFileSync(
  new URL('../fixtures/phone-numbers.tsv', import.meta.url),
  'utf8',
)
  .trimEnd()
  .split('\n');

/** Which release of phonenumbers made the answers. */
export const madeBy: string = first;

export const samples: readonly Sample[] = lines.map((line) => {
  const [shape = '', phone = '', python = '', differsBy = ''] = line.split('\t');
  return { shape, phone: JSON.parse(phone) as string | null, python, differsBy };
});
