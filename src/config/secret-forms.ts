import { visible } from '../terminal-text.ts';

/**
 * The forms in which a secret may turn up in a text: as it is, as a terminal shows it, inside JSON, a URL, a form or
 * HTML, and as base64, base64url and hex of a longer text that it is a part of.
 *
 * @example formsOf('a&b'); // 'a&b', 'a%26b', 'a&amp;b', 'YSZi', …
 */
export function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  // Through the bytes and back, since encodeURIComponent throws on a lone surrogate.
  const encoded = encodeURIComponent(bytes.toString());
  const hex = bytes.toString('hex');
  return [
    value,
    value.trim(),
    visible(value),
    visible(value.trim()),
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
    ...base64Forms(bytes),
    hex,
    hex.toUpperCase(),
  ];
}

/**
 * The characters of base64 that depend on these bytes alone, wherever in the encoded text they begin: `Basic` encodes
 * `user:password`, so the password begins at any of three alignments (https://www.rfc-editor.org/rfc/rfc4648#section-4).
 */
function base64Forms(bytes: Buffer): string[] {
  const whole = bytes.toString('base64');
  const parts = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((8 * before) / 6), Math.floor((8 * (before + bytes.length)) / 6));
  });
  return [whole, ...parts].flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]);
}
