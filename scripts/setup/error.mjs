// @ts-check

/** Set-up cannot go on. The message names what failed and what mends it; it is meant to be printed as it is. */
export class SetUpError extends Error {
  /**
   * @param {'NODE_TOO_OLD' | 'TOOLS_MISSING' | 'COMMAND_FAILED' | 'FILE_MISMATCH' | 'LOCKED'} code
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(code, message, options) {
    super(message, options);
    this.name = 'SetUpError';
    this.code = code;
  }
}
