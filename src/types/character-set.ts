/** Sets in which no code lacks a character of Unicode; `text-sets.test.ts` asks the server. */
const OF_UNICODE =
  /^(utf8|utf8mb3|utf8mb4|utf16|utf16le|armscii8|cp85[02]|cp866|keybcs2|koi8[ru]|latin[1257]|macce|macroman)$/;

/** Sets that have the replacement character itself, U+FFFD. */
const WITH_REPLACEMENT = /^(ucs2|utf32|gb18030)$/;

/** Whether each code of a character set, by the name that MySQL gives to it, is a character of Unicode. */
export const isOfUnicode = (characterSet: string): boolean => OF_UNICODE.test(characterSet);

/** Whether U+FFFD is a character of the set, and no mark of a code without one. */
export const hasReplacementCharacter = (characterSet: string): boolean => WITH_REPLACEMENT.test(characterSet);
