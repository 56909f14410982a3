import type { KillableMysql } from './mysql.ts';

/** A source table and how its rows are written as one text on either side, by which they are compared. */
export interface Workload {
  readonly table: string;
  /** Its name in Snowflake. */
  readonly target: string;
  /** The key, as one SQL expression on either side. */
  readonly key: { readonly source: string; readonly target: string };
  /** All columns. */
  readonly columns: readonly { readonly source: string; readonly target: string }[];
  /** Conditions that part the rows into what is compared at once. */
  readonly parts: readonly string[];
}

/** Rows compared at once. */
const PART = 500_000;

/** The same name in both. */
const both = (sql: string) => ({ source: sql, target: sql });

const COLUMNS = [
  both('name'),
  both('note'),
  { source: 'CAST(amount AS CHAR)', target: 'TO_VARCHAR(amount)' },
  {
    source: "DATE_FORMAT(at, '%Y-%m-%d %H:%i:%s.%f')",
    target: "TO_VARCHAR(at, 'YYYY-MM-DD HH24:MI:SS.FF6')",
  },
  { source: 'HEX(bytes)', target: 'HEX_ENCODE(bytes)' },
];

const DEFINITION = `
  name VARCHAR(60) NOT NULL, note VARCHAR(40), amount DECIMAL(18,4) NOT NULL, at DATETIME(6) NOT NULL,
  bytes VARBINARY(16) NOT NULL`;

/** Rows of every kind: accents, emoji, nulls, negative amounts, microseconds, any byte. */
const VALUES = `
  CONCAT('naïve 🦉 ', seq, ' "q" \\\\ ''', CHAR(9)), IF(seq % 7 = 0, NULL, REPEAT('n', seq % 40)),
  (CAST(seq AS SIGNED) - 500) * 1.2345, '2001-02-03 04:05:06.000007' + INTERVAL seq * 977 SECOND + INTERVAL seq MICROSECOND,
  UNHEX(MD5(seq))`;

/** A table by a whole-number key, rows 1 to `rows`. */
export async function numbered(mysql: KillableMysql, table: string, rows: number): Promise<Workload> {
  await mysql.admin.query(`CREATE TABLE ${table} (id BIGINT UNSIGNED PRIMARY KEY, ${DEFINITION})`);
  const load: Workload = {
    table,
    target: table.toUpperCase(),
    key: { source: 'CAST(id AS CHAR)', target: 'TO_VARCHAR(id)' },
    columns: COLUMNS,
    parts: parts(rows),
  };
  await moreRows(mysql, load, 1, rows);
  return load;
}

/** Adds rows beyond those that are there, and gives the workload that knows of them. */
export async function moreRows(
  mysql: KillableMysql,
  load: Workload,
  from: number,
  to: number,
): Promise<Workload> {
  await mysql.admin.query(`INSERT INTO ${load.table} SELECT seq, ${VALUES} FROM seq_${from}_to_${to}`);
  return { ...load, parts: parts(to) };
}

/** Whole-number keys in steps that both sides hold in memory; the last one has no end. */
function parts(rows: number): string[] {
  return Array.from({ length: Math.max(1, Math.ceil(rows / PART)) }, (_, part) => {
    const isLast = (part + 1) * PART >= rows;
    return `id >= ${part * PART}${isLast ? '' : ` AND id < ${(part + 1) * PART}`}`;
  });
}

/** A table by a key of a case-insensitive text and bytes. */
export async function worded(mysql: KillableMysql, table: string, rows: number): Promise<Workload> {
  await mysql.admin.query(
    `CREATE TABLE ${table} (region VARCHAR(12) COLLATE utf8mb4_unicode_ci, code VARBINARY(8), ${DEFINITION},
      PRIMARY KEY (region, code))`,
  );
  await mysql.admin.query(
    `INSERT INTO ${table} SELECT ELT(1 + seq % 5, 'Öl', 'zebra', 'Ärger', 'apfel', 'ñandú '), UNHEX(LPAD(HEX(seq * 31), 8, '0')),
      ${VALUES} FROM seq_1_to_${rows}`,
  );
  return {
    table,
    target: table.toUpperCase(),
    key: {
      source: "CONCAT(region, '/', HEX(code))",
      target: "region || '/' || HEX_ENCODE(code)",
    },
    columns: COLUMNS,
    parts: ['TRUE'],
  };
}
