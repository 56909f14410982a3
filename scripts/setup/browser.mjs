// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.mjs';
import { findOnPath } from './path.mjs';

/** True in the environment of who does without the tests in a browser. */
export const browserSkipped = () => process.env.SKIP_BROWSER === '1';

/** @returns {string | undefined} the path of a browser of the Chromium family */
export function findBrowser() {
  const named = findOnPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable');
  return named ?? installed().find((path) => existsSync(path));
}

/** @returns {string[]} where installers put it that do not touch PATH */
function installed() {
  if (process.platform === 'darwin') {
    return ['Chromium', 'Google Chrome'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  }
  if (process.platform !== 'win32') return [];
  const folders = [process.env.ProgramFiles, process.env.LOCALAPPDATA].filter(
    (folder) => folder !== undefined,
  );
  return folders.flatMap((folder) =>
    ['Chromium', join('Google', 'Chrome')].map((name) => join(folder, name, 'Application', 'chrome.exe')),
  );
}

/** True when tests in a browser are wanted and there is none. */
export function browserPending() {
  return !browserSkipped() && findBrowser() === undefined;
}

/** Sees whether the browser that was just installed starts. On Windows it would open a window. */
export async function tryBrowser() {
  const browser = findBrowser();
  if (browser && process.platform !== 'win32') await runCommand(browser, ['--version']);
}
