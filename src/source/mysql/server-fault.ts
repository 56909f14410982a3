/** Why this side does not go on with a server; `serverError` knows what to do about each. */
export type FaultCode =
  | 'PACKETS_BEFORE_TLS'
  | 'PLAIN_TEXT_REJECTED'
  | 'PUBLIC_KEY_NOT_KNOWN'
  | 'NO_ANSWER'
  | 'ANSWER_TOO_LARGE';

/** This side ends a connection that the server would go on with. */
export class ServerFault extends Error {
  override readonly name = 'ServerFault';
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string) {
    super(message);
    this.code = code;
  }
}
