import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenBrowser, openBrowser, SKIPPED } from './browser.ts';
import { type Shown, startShown, stream } from './shown.ts';

/** A loaded machine may take its time. */
const SOON = { timeout: 20_000 };
const why = SKIPPED ? ' (left out: SKIP_BROWSER=1)' : '';

describe.skipIf(SKIPPED)(`the page in Chromium${why}`, () => {
  let shown: Shown;
  let browser: OpenBrowser;

  beforeAll(async () => {
    browser = await openBrowser();
    shown = await startShown({ faults: ['configure:http=503:count=2'] });
    await shown.sql.rows('create table DB1.PUBLIC.PEOPLE (ID number(18,0) not null, NAME varchar(100))');
    await stream(shown, { table: 'PEOPLE', channel: 'LOAD', rows: 1234, token: '{"key":[1234]}' });
    await shown.sql.rows('create view DB1.PUBLIC.NAMES as select NAME from DB1.PUBLIC.PEOPLE');
    await shown.sql.rows('select * from DB1.PUBLIC.PEOPLE limit 3');
    await shown.sql.error('select no_such_column from DB1.PUBLIC.PEOPLE');
  });

  afterAll(async () => {
    await shown?.[Symbol.asyncDispose]();
    await browser?.[Symbol.asyncDispose]();
  });

  test('shows databases, tables with rows and columns, channels, queries, faults and how to connect', async () => {
    const page = await browser.open(shown.emulator.url);
    const databases = page.locator('#databases');
    await expect
      .poll(() => page.locator('#queries').innerText(), SOON)
      .toMatch(/no_such_column[\s\S]*000904[\s\S]*failed/);
    expect(await databases.innerText()).toMatch(
      /DB1\s+PUBLIC\s+1 table, 1 view\s+PEOPLE\s+1,234 rows\s+NAMES\s+view/,
    );
    await databases.getByText('PEOPLE').click();
    expect(await databases.innerText()).toMatch(/ID\s+NUMBER\(18,0\) NOT NULL\s+NAME\s+VARCHAR\(100\)/);

    const [channel] = await page.locator('#channels tbody tr').allInnerTexts();
    expect(channel?.split(/\s+/)).toEqual(['LOAD', 'DB1.PUBLIC.PEOPLE', '0', '1', '{"key":[1234]}']);

    const queries = await page.locator('#queries tbody tr').allInnerTexts();
    expect(queries[0]).toMatch(/no_such_column[\s\S]*000904[\s\S]*NO_SUCH_COLUMN[\s\S]*failed/);
    expect(queries[1]).toMatch(/limit 3[\s\S]*done\s+3\s+[\d.]+ m?s\s+\d\d:\d\d:\d\d/);

    expect(await page.locator('#faults').innerText()).toContain('configure:http=503:count=2');
    expect(await page.locator('#status').innerText()).toBe('live');
    const connect = await page.locator('main').innerText();
    expect(connect).toContain(`jdbc:snowflake://127.0.0.1:${shown.emulator.port}/`);
    expect(connect).not.toContain(shown.emulator.password);
  });

  test('is live: what happens appears without a reload, and what is open stays open and focused', async () => {
    const page = await browser.open(shown.emulator.url);
    const table = page.locator('#databases summary', { hasText: 'PEOPLE' });
    await table.click();
    await table.focus();
    await stream(shown, { table: 'PEOPLE', channel: 'LOAD', rows: 1, token: 'later' });
    await shown.sql.rows('create table DB1.PUBLIC.APPEARED (A int)');
    await expect.poll(() => page.locator('#databases').innerText(), SOON).toContain('APPEARED');
    expect(await page.locator('#databases').innerText()).toMatch(/PEOPLE\s+1,235 rows\s+ID\s+NUMBER/);
    expect(await page.evaluate('document.activeElement.textContent')).toContain('PEOPLE');
    await expect.poll(() => page.locator('#channels').innerText(), SOON).toContain('later');
    await shown.sql.rows('drop table DB1.PUBLIC.APPEARED');
    const gone = async () => (await page.locator('#databases').innerText()).includes('APPEARED');
    await expect.poll(gone, SOON).toBe(false);
  });

  test('says so when the local Snowflake goes, and goes on when it comes back', async () => {
    const page = await browser.open(shown.emulator.url);
    const status = page.locator('#status');
    await expect.poll(() => status.innerText(), SOON).toBe('live');
    await page.route('**/page/state', (route) => route.abort());
    await expect.poll(() => status.innerText(), SOON).toMatch(/no answer/);
    await page.unroute('**/page/state');
    await expect.poll(() => status.innerText(), SOON).toBe('live');
    browser.complaints.splice(0); // the browser itself complains about the requests that were rejected here
  });

  test('everything can be reached and opened by keyboard', async () => {
    const page = await browser.open(shown.emulator.url);
    await expect.poll(() => page.locator('#databases').innerText(), SOON).toContain('PEOPLE');
    const reached = new Set<string>();
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press('Tab');
      reached.add(String(await page.evaluate('document.activeElement.textContent')));
    }
    expect([...reached]).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Skip to/), 'DB1', expect.stringMatching(/^PEOPLE/)]),
    );
    const table = page.locator('#databases summary', { hasText: 'PEOPLE' });
    await table.focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('#databases').innerText()).toContain('NUMBER(18,0)');
  });

  test.each([
    ['light', 'rgb(245, 247, 249)', 'rgb(22, 32, 42)'],
    ['dark', 'rgb(17, 22, 27)', 'rgb(230, 236, 241)'],
  ] as const)('is readable in %s', async (colorScheme, ground, text) => {
    const page = await browser.open(shown.emulator.url, { colorScheme });
    const style = await page.evaluate(
      '(({ backgroundColor, color }) => [backgroundColor, color])(getComputedStyle(document.body))',
    );
    expect(style).toEqual([ground, text]);
  });

  test.each([320, 390, 768])('needs no sideways scrolling on a screen of %i pixels', async (width) => {
    const page = await browser.open(shown.emulator.url, { viewport: { width, height: 800 } });
    await expect.poll(() => page.locator('#queries').innerText(), SOON).toContain('no_such_column');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });

  test('asks nobody else for anything', async () => {
    const page = await browser.open('about:blank');
    const asked = new Set<string>();
    page.on('request', (request) => asked.add(new URL(request.url()).origin));
    await page.goto(shown.emulator.url);
    await expect.poll(() => page.locator('#status').innerText(), SOON).toBe('live');
    expect([...asked].filter((origin) => origin !== 'null')).toEqual([shown.emulator.url]);
  });

  test('shows hostile names and texts as they are, and runs none of them', async () => {
    const evil = `<img src=x onerror="window.hit=1">`;
    const ends = `</script></style><script>window.hit=2</script>`;
    const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
    const { sql } = shown;
    await sql.rows(`create database ${quoted(evil)}`);
    await sql.rows(`create schema ${quoted(evil)}.${quoted(ends)}`);
    const table = `${quoted(evil)}.${quoted(ends)}.${quoted(`'"><svg onload=window.hit=3>`)}`;
    await sql.rows(`create table ${table} (${quoted(evil)} int, ${quoted(ends)} varchar)`);
    await sql.rows(`select '${evil}', '${ends}' /* ${evil} \u202e txt */`);
    await sql.error(`select ${quoted(evil)} from ${table.replace('svg', 'SVG')}`);
    await sql.rows(`create table DB1.PUBLIC.EVIL (ID number(18,0), NAME varchar)`);
    await stream(shown, { table: 'EVIL', channel: 'CH', rows: 1, token: `${evil}${ends}` });

    const page = await browser.open(shown.emulator.url);
    // The token was written last: the state that shows it shows all the rest, and one asked for earlier may not.
    await expect.poll(() => page.locator('#channels').innerText(), SOON).toContain(`${evil}${ends}`);
    const closed = page.locator('details:not([open]) > summary');
    while ((await closed.count()) > 0) await closed.first().click();
    const text = await page.locator('main').innerText();
    expect(text).toContain(`"${evil.replaceAll('"', '""')}"`);
    expect(text).toContain(ends);
    expect(text).toContain('svg onload');
    expect(await page.locator('img, svg, main script').count()).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await page.evaluate('window.hit ?? null')).toBeNull();
  });

  test('no script of the page threw, and nothing was kept from running', () => {
    expect(browser.complaints).toEqual([]);
  });
});
