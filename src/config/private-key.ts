/** An RSA private key in the forms its takers want. */
export interface PrivateKey {
  /** PKCS#8 in base64 on one line without markers: the streaming SDK's `private_key`. */
  readonly base64: string;
  /** PKCS#8 as PEM, not encrypted: snowflake-sdk's `privateKey`. */
  readonly pem: string;
}
