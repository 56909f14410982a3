/** An error as Snowflake reports it: six-digit code, SQL state and message. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly code: string;
  readonly sqlState: string;

  constructor(code: string, sqlState: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.sqlState = sqlState;
  }
}

/** A position in the statement, counted as Snowflake does: line 1, position 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const COMPILATION = 'SQL compilation error:';

/** 001003: the statement cannot be read. */
export function syntaxError(at: Position, unexpected: string): SqlError {
  const where = `syntax error line ${at.line} at position ${at.column}`;
  return new SqlError('001003', '42000', `${COMPILATION}\n${where} unexpected '${unexpected}'.`);
}

/** 000904: no such column. */
export function invalidIdentifier(name: string, at: Position): SqlError {
  const where = `error line ${at.line} at position ${at.column}`;
  return new SqlError('000904', '42000', `${COMPILATION} ${where}\ninvalid identifier '${name}'`);
}

/** 002003: no such table, schema, database or function. */
export function doesNotExist(kind: string, name: string): SqlError {
  const state = ['Database', 'Schema', 'Role', 'Warehouse'].includes(kind) ? '02000' : '42S02';
  return new SqlError('002003', state, `${COMPILATION}\n${kind} '${name}' does not exist or not authorized.`);
}

/** 002002: something of that name is there already. */
export function alreadyExists(name: string): SqlError {
  return new SqlError('002002', '42710', `${COMPILATION}\nObject '${name}' already exists.`);
}

/** 002140: a function that neither Snowflake nor the user has. */
export function unknownFunction(name: string): SqlError {
  return new SqlError('002140', '42601', `${COMPILATION}\nUnknown function ${name}`);
}

/** 001044: a function was given arguments it does not take. */
export function invalidArguments(name: string, types: readonly string[], at: Position): SqlError {
  const where = `error line ${at.line} at position ${at.column}`;
  return new SqlError(
    '001044',
    '42P13',
    `${COMPILATION} ${where}\nInvalid argument types for function '${name}': (${types.join(', ')})`,
  );
}

/** 000002: Snowflake can do it, or may, and this emulator cannot. Says which feature it is. */
export function unsupported(feature: string): SqlError {
  return new SqlError('000002', '0A000', `Unsupported feature '${feature}'.`);
}

/** 002049: a place holder without a value. */
export function bindNotSet(placeHolder: string): SqlError {
  return compilationError('002049', '42601', `Bind variable ${placeHolder} not set.`);
}

/** 000603: what there is to compute does not fit. */
export function tooLarge(): SqlError {
  return new SqlError(
    '000603',
    'XX000',
    'The statement needs more memory than this local Snowflake may use.',
  );
}

/** 002023 and its like: any other compilation error. */
export function compilationError(code: string, sqlState: string, message: string): SqlError {
  return new SqlError(code, sqlState, `${COMPILATION}\n${message}`);
}

/** 000606: the session has no warehouse to compute with. */
export function noWarehouse(): SqlError {
  const message =
    "No active warehouse selected in the current session.  Select an active warehouse with the 'use warehouse' command.";
  return new SqlError('000606', '57P03', message);
}
