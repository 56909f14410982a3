import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { Progress, TableProgress } from '../../src/progress.ts';
import { eventsTo, type ProgressView } from '../../src/report/progress-view.ts';
import { terminalProgress } from '../../src/report/terminal-progress.ts';

/** What a terminal of so many columns, or none, is given. */
function shown(isTTY: boolean, act: (progress: ProgressView) => void): string {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 200, rows: 50 });
  act(terminalProgress(stream as unknown as NodeJS.WriteStream));
  return String(stream.read() ?? '');
}

/** What moves the cursor and the like. */
const CONTROL = new RegExp(`${String.fromCharCode(27)}(\\[[^A-Za-z]*[A-Za-z]|[78])`);

/** Each bar as it was drawn last. */
const bars = (text: string): string[] =>
  text
    .split('\n')
    .flatMap((line) => line.split(CONTROL).findLast((drawn) => drawn?.includes(' rows')) ?? [])
    .map((drawn) => drawn.replace(/[\d,]+ rows\/s/, 'N rows/s'));

test('one table has a bar with its name', () => {
  const text = shown(true, (progress) => {
    progress.begin('shop.people', 3000);
    progress.advance(1000, 2_000_000, 'shop.people');
    progress.advance(2000, 3_000_000, 'shop.people');
    progress.finish('shop.people');
  });
  expect(bars(text)).toEqual([`shop.people [${'█'.repeat(24)}] 3,000 rows · N rows/s · 5.0 MB`]);
});

test('tables at once have one bar, which adds up what came and what is to come', () => {
  const half = shown(true, (progress) => {
    progress.begin('shop.people', 3000);
    progress.begin('shop.orders', 1000);
    progress.advance(1000, 1_000_000, 'shop.orders');
    progress.finish('shop.orders');
    progress.advance(1000, 1_000_000, 'shop.people');
    progress.stop('shop.people');
  });
  expect(bars(half)).toEqual([
    `2 tables [${'█'.repeat(12)}${'░'.repeat(12)}] 2,000 rows · N rows/s · 2.0 MB`,
  ]);

  const whole = shown(true, (progress) => {
    progress.begin('shop.people', 3000);
    progress.begin('shop.orders', 9999);
    progress.advance(1000, 1_000_000, 'shop.orders');
    // Fewer than the server has guessed, and more.
    progress.finish('shop.orders');
    progress.advance(4000, 0, 'shop.people');
    progress.finish('shop.people');
    progress.begin('shop.last', 10);
    progress.advance(10, 0, 'shop.last');
    progress.finish('shop.last');
  });
  expect(bars(whole)).toEqual([
    `2 tables [${'█'.repeat(24)}] 5,000 rows · N rows/s · 1.0 MB`,
    `shop.last [${'█'.repeat(24)}] 10 rows · N rows/s · 0.0 MB`,
  ]);
});

test('without a terminal each table has its line', () => {
  const text = shown(false, (progress) => {
    progress.begin('shop.people', 3000);
    progress.begin('shop.orders', 1000);
    progress.advance(1000, 1_000_000, 'shop.orders');
    progress.advance(3000, 2_000_000, 'shop.people');
    progress.finish('shop.orders');
    progress.finish('shop.people');
  });
  expect(text.replaceAll(/[\d,]+ rows\/s/g, 'N rows/s')).toBe(
    'shop.orders: 1,000 rows, N rows/s, 1.0 MB\nshop.people: 3,000 rows, N rows/s, 2.0 MB\n',
  );
});

test('a step bears the name of its table where others are carried at once, once', () => {
  const text = shown(false, (progress) => {
    for (const isAlone of [true, false]) {
      const reported = new TableProgress(new Progress(eventsTo(progress)), 'shop.people', isAlone);
      reported.step('closing channel DWLOAD_CHANNEL');
      reported.step('checking shop.people by SQL on both sides');
    }
  });
  expect(text.split('\n')).toEqual([
    'closing channel DWLOAD_CHANNEL',
    'checking shop.people by SQL on both sides',
    'shop.people: closing channel DWLOAD_CHANNEL',
    'checking shop.people by SQL on both sides',
    '',
  ]);
});
