import { asString, compareText, type TypeFamily } from './family.ts';
import { MAX_VARCHAR } from './snowflake-type.ts';

/**
 * Well-known text with the coordinates in the order in which they are stored. MySQL 8 turns those of a geographic
 * system round, so the four bytes of the system's number are left out; MariaDB never turns them.
 * https://dev.mysql.com/doc/refman/8.4/en/gis-data-formats.html
 */
const wellKnownText = (geometry: string): string => `ST_AsText(ST_GeomFromWKB(SUBSTRING(${geometry}, 5)))`;

/** The geometry types, as well-known text. */
export const spatial: TypeFamily = {
  mysql: [
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
  read: wellKnownText,
  carry: (_column, target) =>
    target.kind === 'VARCHAR' && target.length >= MAX_VARCHAR ? asString : undefined,
  compare: () => ({ ...compareText, source: wellKnownText }),
};
