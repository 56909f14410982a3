// Redaction goes by known value, not by pattern: a pattern misses the secret that looks like nothing.

const MASK = '***';

// A shorter value would also blank out innocent text everywhere, and protects nothing.
const SHORTEST = 4;

const known = new Set<string>();
let matcher: RegExp | undefined;

/**
 * Makes {@link redact} replace this value from now on, in each form in which it may turn up: as it is,
 * inside JSON, inside a URL, inside HTML, as base64. Values under 4 characters are left out.
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
 * since a log may carry any of them alone.
 */
export function registerPrivateKey(text: string): void {
  registerSecret(text);
  const lines = text
    .replaceAll('\\n', '\n')
    .split(/\r?\n/u)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('-----') && !line.includes(':'));
  registerSecret(lines.join(''));
  // The last line of a key may be as short as a word, which redaction would then cut out of every sentence.
  for (const line of lines) if (line.length >= 16) registerSecret(line);
}

/**
 * Replaces every registered secret in a text with `***`.
 *
 * @example redact(`Access denied with ${password}`); // 'Access denied with ***'
 */
export function redact(text: string): string {
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

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  // Through the bytes and back, since encodeURIComponent throws on a lone surrogate.
  const encoded = encodeURIComponent(bytes.toString());
  return [
    value,
    value.trim(),
    JSON.stringify(value).slice(1, -1),
    encoded,
    // A form escapes what a URL may leave as it is: ' ( ) ! ~
    new URLSearchParams([['', value]]).toString().slice(1),
    value.replace(/[&<>"']/gu, (character) => `&#${character.charCodeAt(0)};`),
    value
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;'),
    bytes.toString('base64'),
  ];
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}
