import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { browserSkipped, findBrowser } from '../../../../scripts/setup/browser.mjs';

/** What is left out when nobody wants a browser; named in the report. */
export const SKIPPED = browserSkipped();

/** A real browser, and what went wrong in its pages. */
export interface OpenBrowser extends AsyncDisposable {
  /** A window of its own; what scripts of the page throw or the policy forbids is written to `complaints`. */
  open(url: string, look?: BrowserContextOptions): Promise<Page>;
  readonly complaints: string[];
}

/** Starts Chromium. @throws Error with one line when there is none: no test may pass without it. */
export async function openBrowser(): Promise<OpenBrowser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) {
    throw new Error(
      'there is no Chromium on PATH: apt-get install chromium, or SKIP_BROWSER=1 to do without',
    );
  }
  // As root, as in a container, Chromium starts without its sandbox only.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser: Browser = await chromium.launch({ executablePath, args });
  const complaints: string[] = [];
  return {
    complaints,
    async open(url, look = {}) {
      const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...look });
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('dialog', (dialog) => {
        complaints.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await page.goto(url);
      return page;
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
