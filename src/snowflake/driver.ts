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

/** Unpacked. The largest result that is asked for here is SHOW CHANNELS, 5 MB for 10,000 channels. */
const MAX_RESPONSE_BYTES = 128 * 1024 * 1024;

/**
 * Loads npm snowflake-sdk, which takes a quarter of a second, so that only a login pays for it.
 *
 * It follows redirects unless told otherwise, to any host and to plain http, with the password or JWT in the body of a
 * 307. No answer of Snowflake's API is a redirect, so none is followed. Nor does it bound what it unpacks: 1 MB of gzip
 * can be 1 GB of text. It also fetches the parts of a result from whatever URL an answer names. The driver has no settings
 * for any of these.
 *
 * @param address of the account: plain http goes to no other
 */
export async function loadDriver(address: string): Promise<typeof import('snowflake-sdk')> {
  // Loading the SDK probes for cloud platforms on the network unless told not to; it takes up to a second.
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

/** Loading the driver asks for the home folder, to look for a file of settings in it, and fails where there is none. */
async function withHome<T>(load: () => Promise<T>): Promise<T> {
  if (homeFolder() !== undefined) return load();
  const { HOME: before } = process.env;
  // What Debian calls the home folder of users that have none.
  process.env.HOME = '/nonexistent';
  try {
    return await load();
  } finally {
    if (before === undefined) delete process.env.HOME;
    else process.env.HOME = before;
  }
}

/** Those of local Snowflakes that this process logs in at. */
const plainAddresses = new Set<string>();

/**
 * Rows do not come in clear text, nor does an answer have a service of this network asked, such as that of a cloud for
 * the keys of its machines, which all answer to http. An HTTP error is final for the driver.
 */
function encrypted(adapter: Adapter): Adapter {
  return async (config) => {
    const { protocol, origin } = URL.canParse(config.url ?? '') ? new URL(config.url ?? '') : {};
    if (protocol !== 'http:' || plainAddresses.has(origin ?? '')) return adapter(config);
    const message = `${PLAIN_PART}${origin}, and plain http goes to no address but that of a local Snowflake`;
    throw Object.assign(new Error(message), {
      response: { status: 400, statusText: message, headers: {}, data: message, config },
    });
  };
}

/** How the reason begins why a part of a result was not asked for. */
const PLAIN_PART = 'an answer names ';

/** What stands in place of an answer that was not unpacked to its end. */
const TOO_LARGE = 'The answer is too large.';

/**
 * The driver takes an answer that axios does not unpack for a fault of the network, and asks for it again and again,
 * for minutes. An HTTP error is final for it.
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
 * Whether a request failed because its answer would have been unpacked to more than is taken.
 *
 * @param error an error of the driver
 */
export function isTooLarge(error: unknown): boolean {
  const { response } = Object(error) as { readonly response?: HttpAnswer };
  return response?.body === TOO_LARGE;
}

/**
 * Why a part of a result was not asked for, when that is what a request failed for.
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
 * Where the server wanted to have a request sent instead, when that is what a request failed for.
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
