import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/setup/places.mjs';
import { Screen, type ScreenOptions } from './screen.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'snowstream-screen-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A load that reports on a screen, and the socket that drives it. */
class Load implements AsyncDisposable {
  readonly screen: Screen;
  readonly #socket: Socket;

  private constructor(screen: Screen, socket: Socket) {
    this.screen = screen;
    this.#socket = socket;
  }

  static async start(columns: number, tables: number, options: ScreenOptions = {}): Promise<Load> {
    const path = join(mkdtempSync(join(folder, 'load-')), 'socket');
    const program = fileURLToPath(new URL('load.mjs', import.meta.url));
    const args = [process.execPath, program, join(root, 'dist'), String(tables), path];
    const screen = new Screen(columns, args, { cwd: folder, ...options });
    await screen.until((lines) => lines[0] === 'ready');
    return new Load(screen, connect(path));
  }

  act(letters: string): void {
    this.#socket.write(letters);
  }

  /** Waits until the bar is the last line, with so many rows, and returns the whole screen. */
  async shown(rows: string): Promise<string[]> {
    await this.screen.until((lines) => lines.at(-1)?.includes(` ${rows} rows · `) === true);
    return shape(this.screen.lines);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    await this.screen[Symbol.asyncDispose]();
  }
}

/** Lines without what differs from run to run. */
const shape = (lines: readonly string[]): string[] =>
  lines.map((line) =>
    line
      .replace(/ \[█*░*\] /, ' ')
      .replace(/[\d,]+ rows\/s/, 'N rows/s')
      .replace(/^\d\d:\d\d:\d\d /, ''),
  );

const WARNING =
  'warn  a row was rejected, and the line that says so is longer than sixty columns table=shop.people';
const SIGNAL = 'warn  SIGINT: finishing the batch at hand; once more ends at once';
const STEP = 'closing channel DWLOAD_CHANNEL';

const SIZES = [60, 80, 110, 120].flatMap((columns) => [1, 3].map((tables) => [columns, tables] as const));

describe.each(SIZES)('at %i columns, %i tables', (columns, tables) => {
  const name = tables === 1 ? 'shop.people' : '3 tables';
  const rows = (times: number) => (times * tables * 50_000).toLocaleString('en-US');
  const bar = (times: number) =>
    `${name} ${rows(times)} rows · N rows/s · ${(times * tables * 6).toFixed(1)} MB`;

  test('every line is whole, the bar is the last one, and it stays when the load is done', async () => {
    await using load = await Load.start(columns, tables);
    load.act('r');
    expect(await load.shown(rows(1))).toEqual(['ready', bar(1)]);
    load.act('wrsr');
    expect(await load.shown(rows(3))).toEqual(['ready', WARNING, STEP, bar(3)]);
    load.screen.type('\u0003');
    await load.screen.until((lines) => lines.some((line) => line.includes('SIGINT')));
    load.act('rwwr');
    const lines = ['ready', WARNING, STEP, SIGNAL, WARNING, WARNING];
    expect(await load.shown(rows(5))).toEqual([...lines, bar(5)]);
    // On the first column, so that what others write comes over it and not behind it.
    load.act('fq');
    expect(await load.screen.ended).toBe(0);
    expect(shape(load.screen.lines)).toEqual([
      ...lines,
      bar(5),
      'checking by SQL on both sides',
      '2 rows proven',
    ]);
  });
});

test('a window that is resized leaves one bar, below whole lines', async () => {
  await using load = await Load.start(120, 1);
  load.act('wr');
  expect(await load.shown('50,000')).toEqual(['ready', WARNING, expect.stringMatching(/^shop\.people /)]);
  const expected = ['ready', WARNING];
  for (const columns of [60, 41, 100, 33, 80]) {
    load.screen.resize(columns);
    // The program says so when it has heard of it.
    load.act('sr');
    expected.push(STEP);
    const rows = (50_000 * (expected.length - 1)).toLocaleString('en-US');
    await load.screen.until((lines) => {
      const last = lines.at(-1) ?? '';
      return last.includes(` ${rows} rows · `) && last.length < columns;
    });
    expect(shape(load.screen.lines).slice(0, -1)).toEqual(expected);
  }
  load.act('fq');
  await load.screen.ended;
  expect(shape(load.screen.lines).slice(-3)).toEqual([
    'shop.people 300,000 rows · N rows/s · 36.0 MB',
    'checking by SQL on both sides',
    '2 rows proven',
  ]);
});

test('a terminal that is dumb gets lines', async () => {
  await using load = await Load.start(80, 1, { env: { TERM: 'dumb' } });
  load.act('rfq');
  await load.screen.ended;
  expect(shape(load.screen.lines)).toEqual([
    'ready',
    'shop.people: 50,000 rows, N rows/s, 6.0 MB',
    'checking by SQL on both sides',
    '2 rows proven',
  ]);
});
