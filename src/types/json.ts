import { asString, comparePrinted, type TypeFamily } from './family.ts';
import { MAX_VARCHAR } from './snowflake-type.ts';

/** JSON: its text, so that numbers keep their digits. Smallest and largest mean nothing for a VARIANT. */
export const json: TypeFamily = {
  mysql: ['json'],
  snowflake: () => ({ kind: 'VARIANT' }),
  carry: (_column, target) =>
    target.kind === 'VARIANT' || (target.kind === 'VARCHAR' && target.length >= MAX_VARCHAR)
      ? asString
      : undefined,
  compare: (_column, target) => (target.kind === 'VARCHAR' ? comparePrinted : undefined),
};
