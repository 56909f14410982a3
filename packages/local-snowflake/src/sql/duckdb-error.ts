import { SqlError, tooLarge } from './error.ts';

const KNOWN: readonly (readonly [RegExp, (match: RegExpExecArray) => SqlError])[] = [
  [
    /SF\|(\d{6})\|(\w{5})\|([\s\S]*?)(?:\n\nLINE \d+:[\s\S]*)?$/,
    ([, code = '', state = '', message = '']) => new SqlError(code, state, message),
  ],
  [
    /NOT NULL constraint failed: .*?\.(\S+)/,
    () => new SqlError('100072', '22000', 'NULL result in a non-nullable column'),
  ],
  [/^INTERRUPT/, () => new SqlError('000604', '57014', 'SQL execution canceled')],
  [
    /column "?([^"\s]+)"? must appear in the GROUP BY clause/i,
    () =>
      new SqlError(
        '000979',
        '42601',
        'SQL compilation error:\nA selected expression is not a valid group by expression',
      ),
  ],
  [
    /More than one row returned by a subquery/,
    () => new SqlError('090150', '22000', 'Single-row subquery returns more than one row.'),
  ],
  [
    /Casting value "([^"]*)"|Could not cast value (\S+) to DECIMAL/,
    ([, text, other]) => new SqlError('100039', '22003', `Numeric value '${text ?? other}' is out of range`),
  ],
  [
    /^(?:Conversion|Out of Range|Invalid Input) Error: (.*)/,
    ([, text = '']) => new SqlError('100039', '22003', `Numeric value out of range: ${text}`),
  ],
  [
    /WHERE clause cannot contain (aggregates|window functions)/i,
    ([, what = '']) =>
      new SqlError('002035', '42601', `SQL compilation error:\nInvalid ${what} in the WHERE clause`),
  ],
  [
    /(?:conflict|Current transaction is aborted)/i,
    ([text]) =>
      new SqlError('000625', '57014', `Statement aborted because of its transaction (${text}). ROLLBACK it.`),
  ],
  [
    /"([^"]*)"[^"]*No space left on device/i,
    ([, path = '']) => new SqlError('000603', 'XX000', `no space left on device: ${path}; free some space`),
  ],
  [/^Out of Memory|^bad allocation|std::bad_alloc/, () => tooLarge()],
];

/**
 * What went wrong inside DuckDB, as Snowflake reports it. Anything unexpected is reported as an internal error
 * with DuckDB's first line.
 */
export function fromDuckDb(error: unknown): SqlError {
  if (error instanceof SqlError) return error;
  const message = error instanceof Error ? error.message : String(error);
  for (const [pattern, build] of KNOWN) {
    const match = pattern.exec(message);
    if (match) return build(match);
  }
  const [line = ''] = message.split('\n');
  return new SqlError('000603', 'XX000', `SQL execution internal error: ${line}`, { cause: error });
}
