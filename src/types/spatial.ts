import { asString, compareText, type TypeFamily } from './family.ts';
import { MAX_VARCHAR } from './snowflake-type.ts';

/** The geometry types, as well-known text. */
export const spatial: TypeFamily = {
  names: [
    'geometry',
    'point',
    'linestring',
    'polygon',
    'multipoint',
    'multilinestring',
    'multipolygon',
    'geometrycollection',
    'geomcollection',
  ],
  snowflake: () => ({ kind: 'VARCHAR', length: MAX_VARCHAR }),
  encoder: (_column, target) =>
    target.kind === 'VARCHAR' && target.length >= MAX_VARCHAR ? asString : undefined,
  compare: () => compareText,
};
