import { createRequire } from 'node:module';
import { homeFolder } from '../config/text-file.ts';

/** Sends one request of axios, the HTTP client of npm snowflake-sdk. */
type Adapter = (config: { readonly url?: string }) => Promise<unknown>;

/** The driver's HTTP client, as far as it is configured here. */
interface HttpClient {
  readonly default: {
    readonly defaults: { maxRedirects?: number; maxContentLength?: number; adapter?: Adapter };
  };
}

const require = createRequire(import.meta.url);

/** Decompressed. The largest result that the program requests is SHOW CHANNELS, 5 MB for 10,000 channels. */
const MAX_RESPONSE_BYTES = 128 * 1024 * 1024;

/**
 * Loads npm snowflake-sdk, which takes a quarter of a second, so that only a login pays for it.
 *
 * By default it follows redirects, to any host and to plain http, with the password or JWT in the body of a 307. No
 * answer of Snowflake's API is a redirect, so none is followed. It also does not limit what it decompresses: 1 MB of
 * gzip can be 1 GB of text. And it fetches the parts of a result from any URL that an answer names. The driver has no
 * settings for any of these.
 *
 * @param address of the account: the only one that may use plain http
 */
export async function loadDriver(address: string): Promise<typeof import('snowflake-sdk')> {
  // By default, loading the SDK probes for cloud platforms on the network, which takes up to a second.
  process.env.SNOWFLAKE_DISABLE_PLATFORM_DETECTION ??= 'true';
  process.env.SF_TELEMETRY_DISABLE_CONNECTION_SHAPE ??= 'true';
  process.env.SNOWFLAKE_DISABLE_MINICORE ??= 'true';
  if (address.startsWith('http:')) plainAddresses.add(new URL(address).origin);
  const { default: snowflake } = await withHome(() => import('snowflake-sdk'));
  const { default: http } = require('snowflake-sdk/dist/lib/http/axios_instance.js') as HttpClient;
  http.defaults.maxRedirects = 0;
  http.defaults.maxContentLength = MAX_RESPONSE_BYTES;
  const driver = createRequire(require.resolve('snowflake-sdk'));
  const { getAdapter } = driver('axios') as { getAdapter(name: string): Adapter };
  http.defaults.adapter = encrypted(onceWhenTooLarge(getAdapter('http')));
  // It would write snowflake.log into the working directory otherwise.
  snowflake.configure({ logLevel: 'OFF', additionalLogToConsole: false });
  return snowflake;
}

/** Loading the driver reads the home folder, to look for a settings file, and fails where there is none. */
async function withHome<T>(load: () => Promise<T>): Promise<T> {
  if (homeFolder() !== undefined) return load();
  const { HOME: before } = process.env;
  // Debian's name for the home folder of users without one.
  process.env.HOME = '/nonexistent';
  try {
    return await load();
  } finally {
    if (before === undefined) delete process.env.HOME;
    else process.env.HOME = before;
  }
}

/** Addresses of local Snowflakes that this process logs in to. */
const plainAddresses = new Set<string>();

/**
 * Rejects plain http, so that rows never come in clear text and an answer cannot make the driver query a service of this
 * network, such as the metadata service of a cloud, which all use http. The driver does not retry an HTTP error.
 */
function encrypted(adapter: Adapter): Adapter {
  return async (config) => {
    const { protocol, origin } = URL.canParse(config.url ?? '') ? new URL(config.url ?? '') : {};
    if (protocol !== 'http:' || plainAddresses.has(origin ?? '')) return adapter(config);
    const message = `${PLAIN_PART}${origin}, and plain http is allowed for the address of a local Snowflake only`;
    throw Object.assign(new Error(message), {
      response: { status: 400, statusText: message, headers: {}, data: message, config },
    });
  };
}

/** The beginning of the reason why a part of a result was not fetched. */
const PLAIN_PART = 'an answer names ';

/** Replaces an answer that was not decompressed completely. */
const TOO_LARGE = 'The answer is too large.';

/**
 * The driver takes an answer that axios does not decompress for a network fault, and retries for minutes. It does not
 * retry an HTTP error.
 */
function onceWhenTooLarge(adapter: Adapter): Adapter {
  return async (config) => {
    try {
      return await adapter(config);
    } catch (error) {
      if (
        error instanceof Error &&
        error.message === `maxContentLength size of ${MAX_RESPONSE_BYTES} exceeded`
      )
        Object.assign(error, {
          response: { status: 413, statusText: '', headers: {}, data: TOO_LARGE, config },
        });
      throw error;
    }
  };
}

/**
 * Whether a request failed because its answer was over the size limit.
 *
 * @param error an error of the driver
 */
export function isTooLarge(error: unknown): boolean {
  const { response } = Object(error) as { readonly response?: HttpAnswer };
  return response?.body === TOO_LARGE;
}

/**
 * Why a part of a result was not fetched, when a request failed for that.
 *
 * @param error an error of the driver
 */
export function plainPartOf(error: unknown): string | undefined {
  const { response } = Object(error) as { readonly response?: HttpAnswer };
  const body = response?.body;
  return typeof body === 'string' && body.startsWith(PLAIN_PART) ? body : undefined;
}

/** An answer of the driver's HTTP client that is an error for it. */
interface HttpAnswer {
  readonly statusCode?: number;
  readonly body?: unknown;
  readonly headers?: { readonly location?: unknown };
}

/**
 * The target of the redirect, when a request failed for that.
 *
 * @param error an error of the driver
 */
export function redirectOf(error: unknown): string | undefined {
  const { response } = Object(error) as { readonly response?: HttpAnswer };
  const { statusCode = 0, headers } = response ?? {};
  if (statusCode < 300 || statusCode > 399) return undefined;
  const location = String(headers?.location ?? 'nowhere');
  return URL.canParse(location) ? new URL(location).origin : location;
}
