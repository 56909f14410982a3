import { type ErrorContext, SnowstreamError } from '../errors.ts';
import { oneLine } from '../terminal-text.ts';

/**
 * Snowflake's answer that a statement failed.
 *
 * @example
 * if (error instanceof SnowflakeError && error.sqlCode === '002003') console.error('there is no such object');
 */
export class SnowflakeError extends SnowstreamError {
  /** Six digits, such as 002003; from 300000 on they are the driver's own. */
  readonly sqlCode: string;
  /** Five characters of the SQL standard, such as 42S02; absent where Snowflake gives none. */
  readonly sqlState: string | undefined;
  /** Snowflake's own words. */
  readonly sqlMessage: string;

  constructor(
    answer: { readonly code: string | number; readonly state?: string | undefined; readonly message: string },
    context: ErrorContext = {},
  ) {
    const sqlCode = String(answer.code).padStart(6, '0');
    super(
      'SNOWFLAKE_SQL',
      `Snowflake ${sqlCode} (${answer.state ?? '-'}): ${oneLine(answer.message)}`,
      context,
    );
    this.sqlCode = sqlCode;
    this.sqlState = answer.state;
    this.sqlMessage = answer.message;
  }
}
