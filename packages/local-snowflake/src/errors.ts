/** What went wrong with the local Snowflake as a program; errors of SQL go to the client that sent it. */
export type LocalSnowflakeErrorCode =
  /** An option has a value that cannot be used. */
  | 'OPTION_INVALID'
  /** The port is taken, or the host is not an address of this machine. */
  | 'ADDRESS_UNAVAILABLE'
  /** The data folder is in use, belongs to another user, or can be written by others. */
  | 'DATA_UNAVAILABLE'
  /** The process ended or did not answer in time for another reason, which the message gives. */
  | 'START_FAILED'
  /** `reset()` was asked of a local Snowflake that has ended, or it failed. */
  | 'RESET_FAILED';

/**
 * An error with a code for programs. Compare the code, not the class: a program that uses the package by `import` and by
 * `require` has two classes of this name.
 */
export class LocalSnowflakeError extends Error {
  override readonly name = 'LocalSnowflakeError';
  readonly code: LocalSnowflakeErrorCode;

  constructor(code: LocalSnowflakeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
