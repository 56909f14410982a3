const PLAIN = /^[A-Z_][A-Z0-9_$]*$/;
const UNQUOTED = /^[A-Za-z_][A-Za-z0-9_$]*$/;

/**
 * The canonical name a SQL identifier means: `"x"` is taken as it is (with `""` for a quote inside, and
 * the empty name allowed), anything else is folded to upper case, and a backslash keeps the next character.
 * @throws RangeError when the text is not an identifier.
 * @example canonicalName('people') // 'PEOPLE'
 */
export function canonicalName(sql: string): string {
  const trimmed = sql.trim();
  if (trimmed.startsWith('"')) {
    const inner = trimmed.slice(1, -1);
    if (trimmed.length < 2 || !trimmed.endsWith('"') || /(^|[^"])("")*"(?!")/.test(inner)) {
      throw new RangeError(`Invalid identifier ${sql}`);
    }
    return inner.replaceAll('""', '"');
  }
  const unescaped = trimmed.replaceAll(/\\(.)/gs, '$1');
  if (
    unescaped === '' ||
    (!UNQUOTED.test(trimmed) && !trimmed.includes('\\') && !/^[\p{L}_]/u.test(trimmed))
  ) {
    throw new RangeError(`Invalid identifier ${sql}`);
  }
  return unescaped.toUpperCase();
}

/**
 * The name as a person would type it: plain upper-case names as they are, all others quoted.
 * @example displayName('Mixed "x"') // '"Mixed ""x"""'
 */
export function displayName(name: string): string {
  return PLAIN.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/**
 * The name under which DuckDB knows it. DuckDB compares names without regard to case and has no empty name,
 * while Snowflake keeps `a`, `"a"` and `""` apart; so everything but A–Z, 0–9 and `_` is written as `$` and
 * two hex digits for each UTF-8 byte, and the empty name as `$`. No two names share an encoding.
 * @example encodeName('a b') // '$61$20$62'
 */
export function encodeName(name: string): string {
  if (name === '') return '$';
  return Array.from(Buffer.from(name, 'utf8'), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Z0-9_]/.test(character) ? character : `$${byte.toString(16).padStart(2, '0')}`;
  }).join('');
}

/** The reverse of {@link encodeName}. */
export function decodeName(encoded: string): string {
  if (encoded === '$') return '';
  const bytes: number[] = [];
  for (let at = 0; at < encoded.length; at++) {
    if (encoded[at] === '$') {
      bytes.push(Number.parseInt(encoded.slice(at + 1, at + 3), 16));
      at += 2;
    } else bytes.push(encoded.charCodeAt(at));
  }
  return Buffer.from(bytes).toString('utf8');
}

/** The name as a quoted DuckDB identifier, safe to put into SQL. */
export function duckName(name: string): string {
  return `"${encodeName(name)}"`;
}

/** Splits a dotted name such as `db."My Schema".t` into its canonical parts, without touching quoted dots. */
export function splitQualified(sql: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (const character of sql) {
    if (character === '"') quoted = !quoted;
    if (character === '.' && !quoted) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part].map(canonicalName);
}
