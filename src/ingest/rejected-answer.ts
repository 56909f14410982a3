import type { Jvm } from '../bridge/jvm.ts';
import { SnowstreamError } from '../errors.ts';

/** Why `snowstream.bridge.GuardedHttpClient` rejected an answer. */
type Rejection = 'local stage' | 'too large';

/**
 * What a failure of the SDK comes from, when the guard in front of its HTTP client has rejected an answer. The SDK's own
 * error says less, or only that a channel is lost: credentials of the stage are renewed while rows are under way.
 *
 * @param url the account's, or that of who gives it OAuth tokens
 * @returns SNOWFLAKE_DENIED for an answer that would have blobs written into a folder of this machine,
 * SNOWFLAKE_UNREACHABLE for one that is too large; undefined when no answer was rejected since the last client was made.
 */
export function rejectedAnswer(jvm: Jvm, url: string, cause?: unknown): SnowstreamError | undefined {
  const { protocol, hostname, port } = new URL(url);
  const key = `${protocol}//${hostname}:${port === '' ? (protocol === 'http:' ? '80' : '443') : port}`;
  switch (jvm.callStatic<Rejection | null>('snowstream.bridge.GuardedHttpClient', 'rejected', key)) {
    case 'local stage':
      return new SnowstreamError(
        'SNOWFLAKE_DENIED',
        `${url} asks for files to be written into a folder of this machine (stage type LOCAL_FS), which is allowed only for a local Snowflake at an http:// address on 127.0.0.1: check SNOWFLAKE_URL and SNOWFLAKE_ACCOUNT, and who answers there`,
        { cause },
      );
    case 'too large':
      return new SnowstreamError(
        'SNOWFLAKE_UNREACHABLE',
        `answer of ${url} to the streaming SDK over 16 MiB: check SNOWFLAKE_URL, and whether a proxy answers instead`,
        { cause },
      );
    default:
      return undefined;
  }
}
