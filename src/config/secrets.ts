import { formsOf } from './secret-forms.ts';

// Redaction goes by known value first: a pattern misses the secret that looks like nothing.

const MASK = '***';

// A shorter value would also blank out innocent text everywhere, and protects nothing.
const SHORTEST = 4;

const known = new Set<string>();
let matcher: RegExp | undefined;

/**
 * Tokens that are made while the program runs, so that nobody registers them, and that an endpoint may echo: JSON Web
 * Tokens (https://www.rfc-editor.org/rfc/rfc7519), Snowflake's session tokens (`ver:3-hint:…`), what follows the
 * schemes of an Authorization header, and private keys.
 */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/gu, MASK],
  [/\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)*/gu, MASK],
  [/\bver:\d+-hint:[^\s"'\\,;<>]+/gu, MASK],
  [/\b(Basic|Bearer)(\s+|%20|\+)[\w+/=.~%-]{16,}/giu, `$1$2${MASK}`],
  [/\b(Snowflake Token\s*=\s*\\?["'])[^"'\\]{8,}/giu, `$1${MASK}`],
];

/**
 * Makes {@link redact} replace this value from now on, in each form in which it may turn up: as it is,
 * inside JSON, inside a URL, inside HTML, in base64 (also as a part of a longer text that was encoded) and in hex.
 * Values under 4 characters are excluded.
 *
 * @example registerSecret(process.env.MYSQL_PASSWORD);
 */
export function registerSecret(value: string | undefined): void {
  if (value === undefined || value.trim().length < SHORTEST) return;
  const before = known.size;
  for (const form of formsOf(value)) known.add(form);
  if (known.size !== before) matcher = undefined;
}

/**
 * Registers a private key: the text as it was given, its base64 body on one line, and each line of the PEM,
 * since a log may carry any of them alone. Spaces may be where the line ends were.
 */
export function registerPrivateKey(text: string): void {
  registerSecret(text);
  const parts = text
    .replace(/\\+[nr]/gu, '\n')
    .replace(/-----[^-]*-----|["'`]/gu, '\n')
    .split(/\s+/u)
    .filter((part) => part !== '' && !part.includes(':'));
  registerSecret(parts.join(''));
  // The last line of a key may be as short as a word, which redaction would then cut out of every sentence.
  for (const part of parts) if (part.length >= 16) registerSecret(part);
}

/**
 * Replaces every registered secret in a text with `***`, and what looks like a token or a private key.
 *
 * @example redact(`Access denied with ${password}`); // 'Access denied with ***'
 */
export function redact(text: string): string {
  return PATTERNS.reduce((rest, [pattern, mask]) => rest.replace(pattern, mask), withoutKnown(text));
}

function withoutKnown(text: string): string {
  if (known.size === 0) return text;
  // The longest first: a password that is part of a longer secret must not leave the rest of it standing.
  matcher ??= new RegExp(
    [...known]
      .sort((a, b) => b.length - a.length)
      .map(literal)
      .join('|'),
    'gu',
  );
  return text.replace(matcher, MASK);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}
