/** Why this side ends a connection; `serverError` has the remedy for each. */
export type FaultCode =
  | 'PACKETS_BEFORE_TLS'
  | 'PLAIN_TEXT_REJECTED'
  | 'PUBLIC_KEY_NOT_KNOWN'
  | 'NO_ANSWER'
  | 'ANSWER_TOO_LARGE';

/** An error found on this side, on a connection that the server would keep. */
export class ServerFault extends Error {
  override readonly name = 'ServerFault';
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string) {
    super(message);
    this.code = code;
  }
}
