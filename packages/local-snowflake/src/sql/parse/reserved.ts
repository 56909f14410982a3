/** Words that are neither a column nor an alias unless they are quoted; they end what comes before them. */
export const RESERVED: ReadonlySet<string> = new Set(
  [
    'SELECT FROM WHERE GROUP HAVING QUALIFY ORDER LIMIT OFFSET FETCH UNION EXCEPT MINUS INTERSECT',
    'JOIN INNER LEFT RIGHT FULL CROSS NATURAL ON USING LATERAL ASOF',
    'AS AND OR NOT IN IS LIKE ILIKE RLIKE REGEXP BETWEEN EXISTS CASE WHEN THEN ELSE CAST',
    'WITH DISTINCT ALL ANY INTO VALUES SET BY TABLE CREATE DROP ALTER INSERT UPDATE DELETE MERGE',
    'NULL TRUE FALSE CONNECT START SAMPLE TABLESAMPLE PIVOT UNPIVOT MATCH_RECOGNIZE WINDOW',
  ].flatMap((line) => line.split(' ')),
);

/** Reserved words that name a function when a parenthesis follows. */
export const FUNCTIONS_TOO: ReadonlySet<string> = new Set([
  'LEFT',
  'RIGHT',
  'INSERT',
  'LIKE',
  'ILIKE',
  'RLIKE',
]);
