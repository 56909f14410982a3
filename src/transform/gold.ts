import { SnowstreamError } from '../errors.ts';
import { canonicalName, displayName, qualifiedName, type TableName } from '../snowflake/identifier.ts';
import { createParsePhoneNo, UNPARSABLE_PHONE } from './parse-phone-no.ts';

/** The gold table. */
export interface GoldReport {
  readonly table: string;
  readonly rows: number;
  /** Phone numbers without a national number, kept as 0000000000. */
  readonly invalidPhones: number;
  readonly seconds: number;
}

/** The part of a Snowflake session that the transform needs. */
export interface SqlSession {
  execute(sqlText: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/**
 * The statements that make the gold table, in order; the last returns GOLD_ROWS and INVALID_PHONES.
 *
 * @param raw the raw table by its stored names.
 * @param gold the gold table by its stored names; `parse_phone_no` is created in its schema.
 * @throws SnowstreamError `CONFIG_INVALID` when both are one table.
 */
export function goldStatements(raw: TableName, gold: TableName): string[] {
  const from = qualifiedName(raw);
  const into = qualifiedName(gold);
  if (from === into) {
    throw new SnowstreamError(
      'CONFIG_INVALID',
      `the gold table and the raw table are both ${displayName(raw)}; give the gold table another name`,
    );
  }
  const parsePhoneNo = qualifiedName({ ...gold, table: 'PARSE_PHONE_NO' });
  return [
    `CREATE TABLE IF NOT EXISTS ${into} (customer_id VARCHAR, email VARCHAR, phone VARCHAR, date_of_birth DATE)`,
    createParsePhoneNo(parsePhoneNo),
    // OVERWRITE empties and fills in one transaction, so the step is idempotent; the notebook's plain insert would
    // duplicate the rows: https://docs.snowflake.com/en/sql-reference/sql/insert
    `INSERT OVERWRITE INTO ${into} (customer_id, email, phone, date_of_birth) SELECT customer_id, email, ${parsePhoneNo}(phone), TO_DATE(date_of_birth) FROM ${from}`,
    `SELECT COUNT(*) AS gold_rows, COUNT_IF(phone = '${UNPARSABLE_PHONE}') AS invalid_phones FROM ${into}`,
  ];
}

/**
 * Makes the notebook's gold table from the raw one, beside it: after each run it has exactly raw's rows, whatever
 * it had before. Creates or replaces `parse_phone_no` in the same schema.
 *
 * @param raw the raw table, with names as people write them.
 * @param goldTable the gold table's name as people write it.
 * @returns its rows, the phone numbers among them without a national number, and the duration in seconds.
 * @throws SnowstreamError `CONFIG_INVALID` when the names are of one table, or Snowflake's answer; gold is
 * unchanged then.
 *
 * @example
 * const gold = await makeGold(session, { database: 'shop', schema: 'public', table: 'sf_customer_raw' }, 'sf_customer_gold');
 * console.log(`${gold.rows} rows in ${gold.seconds} s, ${gold.invalidPhones} without a phone number`);
 */
export async function makeGold(session: SqlSession, raw: TableName, goldTable: string): Promise<GoldReport> {
  const started = performance.now();
  const stored: TableName = {
    database: canonicalName(raw.database),
    schema: canonicalName(raw.schema),
    table: canonicalName(raw.table),
  };
  const gold: TableName = { ...stored, table: canonicalName(goldTable) };
  let counts: Readonly<Record<string, unknown>> | undefined;
  for (const statement of goldStatements(stored, gold)) {
    [counts] = await session.execute(statement);
  }
  return {
    table: displayName(gold),
    rows: Number(counts?.GOLD_ROWS),
    invalidPhones: Number(counts?.INVALID_PHONES),
    seconds: (performance.now() - started) / 1000,
  };
}
