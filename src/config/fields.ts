import { z } from 'zod';
import { isHeapSize } from './heap-size.ts';

// Every field takes what the environment and flags can give, text, and what JSON can give, and says in one
// phrase what it wants, so that the loader can put the name of the setting before it and the value after it.

/** Text that is not empty and holds no control character. */
export function text(): z.ZodType<string> {
  const error = 'must be text without control characters';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is rejected
  return z.string({ error }).regex(/^[^\u0000-\u001f\u007f]+$/u, { error });
}

/** Text of any content, such as a password. */
export function opaqueText(): z.ZodType<string> {
  return z.string({ error: 'must be text' });
}

/** A name of a MySQL or Snowflake object; both allow 255 characters at most. */
export function objectName(): z.ZodType<string> {
  const error = 'must be a name of 1 to 255 characters without control characters';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is rejected
  return z.string({ error }).regex(/^[^\u0000-\u001f\u007f]{1,255}$/u, { error });
}

/** A whole number between two bounds, which are included. */
export function wholeNumber(from: number, to: number): z.ZodType<number> {
  const error = `must be a whole number from ${from} to ${to}`;
  return z.preprocess(
    (value) => (typeof value === 'string' && /^[0-9]+$/u.test(value) ? Number(value) : value),
    z.int({ error }).min(from, { error }).max(to, { error }),
  );
}

/** One of a few words, in any case. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  words: Words,
): z.ZodType<Words[number]> {
  return z.preprocess(
    (value) => words.find((word) => typeof value === 'string' && word.toLowerCase() === value.toLowerCase()),
    z.enum(words, { error: `must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}` }),
  );
}

const SWITCH = new Map<unknown, boolean>([
  ['on', true],
  ['true', true],
  ['yes', true],
  ['1', true],
  ['off', false],
  ['false', false],
  ['no', false],
  ['0', false],
]);

/** A switch: on or off, true or false, yes or no, 1 or 0. */
export function onOff(): z.ZodType<boolean> {
  return z.preprocess(
    (value) => (typeof value === 'string' ? SWITCH.get(value.toLowerCase()) : value),
    z.boolean({ error: 'must be on or off' }),
  );
}

/** What may be made of a target: nothing, its table, its schema too, its database too. */
export type CreateMode = 'off' | 'on' | 'schema' | 'database';

/** A {@link CreateMode}; a switch means `on` and `off`. */
export function createMode(): z.ZodType<CreateMode> {
  const modes = oneOf(['on', 'off', 'schema', 'database']);
  return z.preprocess((value) => {
    const on = typeof value === 'string' ? SWITCH.get(value.toLowerCase()) : value;
    return typeof on === 'boolean' ? (on ? 'on' : 'off') : value;
  }, modes);
}

/** Text of a given form. */
export function textLike(pattern: RegExp, error: string): z.ZodType<string> {
  return z.string({ error }).regex(pattern, { error });
}

/** The largest heap of the JVM. */
export function heapSize(): z.ZodType<string> {
  const error =
    'must be an amount of memory such as 512m or 2g: 32m at least, and no more than this machine has';
  return z.string({ error }).refine(isHeapSize, { error });
}

const LOOPBACK = /^127(\.\d{1,3}){3}$/u;
// The form that the streaming SDK itself accepts: three labels at least, so that `localhost` is out.
// https://github.com/snowflakedb/snowflake-ingest-java/blob/master/src/main/java/net/snowflake/ingest/utils/SnowflakeURL.java
const SNOWFLAKE_URL = /^(?:(https?):\/\/)?([\w-]+(?:\.[\w-]+){2,})(?::(\d{1,5}))?\/?$/iu;

/** A Snowflake URL, made whole: `https://HOST:PORT`. */
export function snowflakeUrl(): z.ZodType<string> {
  const form = 'must be a URL such as https://myorg-myaccount.snowflakecomputing.com:443';
  return z.string({ error: form }).transform((value, context) => {
    const [whole, scheme = 'https', host = '', digits] = SNOWFLAKE_URL.exec(value.trim()) ?? [];
    const isHttp = scheme.toLowerCase() === 'http';
    const port = digits === undefined ? (isHttp ? 80 : 443) : Number(digits);
    const problem =
      whole === undefined || port < 1 || port > 65_535
        ? /localhost/iu.test(value)
          ? 'must name a host of three parts or more: write 127.0.0.1 for localhost'
          : form
        : isHttp && !LOOPBACK.test(host)
          ? 'must begin with https:// (http:// is for a Snowflake on 127.0.0.1 only)'
          : undefined;
    if (problem === undefined) return `${isHttp ? 'http' : 'https'}://${host.toLowerCase()}:${port}`;
    context.addIssue({ code: 'custom', message: problem });
    return z.NEVER;
  });
}

/** An https URL of any path. */
export function httpsUrl(): z.ZodType<string> {
  const error = 'must be a URL that begins with https://';
  return z.string({ error }).refine(
    (value) => {
      const url = URL.canParse(value) ? new URL(value) : undefined;
      return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
    },
    { error },
  );
}
