/** What keeps this side from going on with a server, as {@link serverError} finds it by its code. */
export type FaultCode = 'PACKETS_BEFORE_TLS' | 'PLAIN_TEXT_REJECTED' | 'PUBLIC_KEY_NOT_KNOWN';

/** This side ends a login that the server would go on with. */
export class LoginFault extends Error {
  override readonly name = 'LoginFault';
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string) {
    super(message);
    this.code = code;
  }
}
