import { ANY_LENGTH, plainText, type TypeFamily } from './family.ts';

/** FLOAT and DOUBLE. */
export const float: TypeFamily = {
  names: ['float', 'double'],
  snowflake: () => ({ kind: 'FLOAT' }),
  encoder: (_column, target) =>
    target.kind === 'FLOAT' ? { java: 'Double', text: plainText, javaReads: ANY_LENGTH } : undefined,
  compare: () => ({
    form: { kind: 'double' },
    target: (value) => value,
    byBytes: false,
    exact: false,
    // Both sides arrive as shortest round-trip text or as a double; one spelling for equal doubles.
    normalize: (text) => String(Number(text) + 0),
  }),
};
