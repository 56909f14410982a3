// @ts-check

/** Set-up cannot continue. The message says what failed and how to fix it; it is printed unchanged. */
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
