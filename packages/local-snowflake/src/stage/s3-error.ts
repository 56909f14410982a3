/** An error as S3 reports it: the HTTP status and a name in XML. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string = code, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}
