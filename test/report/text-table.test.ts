import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { displayWidth } from '../../src/display-width.ts';
import { visible } from '../../src/terminal-text.ts';
import { textTable } from '../../src/text-table.ts';
import { HOSTILE } from './hostile-characters.ts';

/** What is used of the terminal emulator. */
interface Terminal {
  readonly buffer: {
    readonly active: {
      getLine(row: number): { getCell(column: number): { getChars(): string } | undefined } | undefined;
    };
  };
  write(data: string, written: () => void): void;
}
const { Terminal } = createRequire(import.meta.url)('@xterm/headless') as {
  readonly Terminal: new (options: object) => Terminal;
};

/** In which columns of a terminal a character is, line by line. */
async function columnsOf(character: string, lines: readonly string[]): Promise<number[][]> {
  const columns = 200;
  const terminal = new Terminal({ cols: columns, rows: lines.length + 1, allowProposedApi: true });
  await new Promise<void>((written) => terminal.write(lines.join('\r\n'), written));
  return lines.map((_, row) =>
    Array.from({ length: columns }, (__, column) => column).filter(
      (column) => terminal.buffer.active.getLine(row)?.getCell(column)?.getChars() === character,
    ),
  );
}

test('columns stay below each other on a terminal, whatever the names are written in', async () => {
  const names = [
    'id',
    '名前',
    'ﾅﾏｴ',
    '이름',
    'e\u0301tat',
    'שֵׁם',
    'الاسم',
    'नाम',
    'ชื่อ',
    'ｎａｍｅ',
    'a\u200bb',
    'a\nb',
    '\u001b[2K',
  ];
  const lines = textTable(names.map((name) => [name, '|', `${name} ${name}`, '|']));
  const at = await columnsOf('|', lines);
  expect(at[0]).toHaveLength(2);
  expect(at.map((columns) => [...columns])).toEqual(lines.map(() => at[0]));
});

test('a column takes what its characters take when they are shown by their number', () => {
  for (const character of HOSTILE) {
    const [first = '', second = ''] = textTable([
      [character, '|'],
      ['a', '|'],
    ]);
    expect(first).toBe(`${visible(character)}  |`);
    expect(second).toHaveLength(first.length);
  }
});

/** Wide, or no mark any more, since Unicode 15 or 16: an older Python has other data. */
const NEWER = /[\u2630-\u2637\u268a-\u268f\u4dc0-\u4dff\u{1d300}-\u{1d376}\u{1171e}]/u;
/** Parts of one Hangul syllable, and characters that are shown by their number before they are measured. */
const ELSEWHERE = /[\u1160-\u11ff\ud7b0-\ud7fb\p{Default_Ignorable_Code_Point}]/u;

test('characters take the columns that Unicode says, as Python has it', () => {
  const program = `
import json, unicodedata
found = {}
for code in range(0x110000):
    character = chr(code)
    if unicodedata.category(character) in ('Cn', 'Cs', 'Cc', 'Cf'): continue
    is_mark = unicodedata.category(character) in ('Mn', 'Me')
    found[code] = 0 if is_mark else 2 if unicodedata.east_asian_width(character) in 'WF' else 1
print(json.dumps(found))`;
  const { stdout, stderr } = spawnSync('python3', ['-c', program], { encoding: 'utf8', maxBuffer: 1e8 });
  expect(stderr).toBe('');
  const known = Object.entries(JSON.parse(stdout) as Record<string, number>).map(
    ([code, columns]) => [String.fromCodePoint(Number(code)), columns] as const,
  );
  expect(known.length).toBeGreaterThan(100_000);
  const others = known.filter(
    ([character, columns]) =>
      displayWidth(character) !== columns && !NEWER.test(character) && !ELSEWHERE.test(character),
  );
  expect(others.map(([character]) => character.codePointAt(0)?.toString(16))).toEqual([]);
});
